import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDemoSource } from '../../_shared/demo-source.ts';
import { TrafficEntries, type MakeLine, type TrafficRow } from './entry-store.ts';
import { rowLine } from './lines.ts';
import { LoggingEmulator } from './logging-emulator.ts';
import { CallQuota } from './quota.ts';

/** The hashes that the demo's rollouts have. */
const HASHES: Readonly<Record<string, string>> = { canary: '7c5d9b8f6d', stable: '5f6c7d8e9f' };
/** Where the demo's rollouts live. */
const NAMESPACE = 'checkout';
/** The releases of the demo run two hours in seconds, so the limits of the clock on the wall mean nothing here. */
const UNLIMITED = '1000000';

/**
 * The recorded counts as log entries, one a request, in a project for each release. The service's own limits by the
 * minute are lifted, as its clock is not simulated; the emulator's quota is not: it counts the calls of each
 * simulated minute, and refuses those past 60 as the API does.
 */
export const openDemoSource: OpenDemoSource = async (releases, workDir) => {
  const emulator = new LoggingEmulator(new CallQuota({ clock: 'asked' }));
  const names = (await readdir(releases))
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.slice(0, -4));
  const slos = join(workDir, 'slos');
  await mkdir(slos);
  for (const name of names) {
    const project = projectOf(name);
    const rows = rowsOf(await readFile(join(releases, `${name}.csv`), 'utf8'));
    emulator.hold(`projects/${project}`, new TrafficEntries(rows, demoLine(project)));
  }
  const file = await readFile(join(releases, 'slos/demo.yaml'), 'utf8');
  await writeFile(
    join(slos, 'demo.yaml'),
    names.reduce((text, name) => fromLogs(text, name), file),
  );
  await emulator.start();
  return {
    slos,
    env: {
      BURNGATE_CLOUD_LOGGING_ENDPOINT: emulator.endpoint,
      BURNGATE_CLOUD_LOGGING_CALLS_PER_MINUTE: UNLIMITED,
      BURNGATE_CLOUD_LOGGING_CALLS_PER_ANALYSIS: UNLIMITED,
      BURNGATE_CLOUD_LOGGING_PAGES_PER_LOOK: '25',
    },
    down: async () => {
      emulator.stop();
    },
    up: async () => emulator.start(),
    close: async () => {
      emulator.stop();
    },
  };
};

/** A request log that puts the route into a label, as an application may: labels are quicker to decode than a payload. */
function demoLine(project: string): MakeLine {
  const line = rowLine({ project, namespace: NAMESPACE, cluster: 'demo' });
  return (row, nth, at, isBad) => {
    const { jsonPayload: _, ...rest } = line(row, nth, at, isBad);
    return { ...rest, labels: { ...rest.labels, route: row.group } };
  };
}

function projectOf(name: string): string {
  return `demo-${name}`;
}

/** The demo's SLO file with the recorded counts of one release replaced by the log entries of its project. */
function fromLogs(text: string, name: string): string {
  const recorded = (role: string): string =>
    `        ${role}:\n          metricSource:\n            type: recorded\n            spec: { path: ../${name}.csv, settlingLag: 2m }\n`;
  const logged = (role: string, more: string): string =>
    `        ${role}:\n          metricSource:\n            type: cloud-logging\n            spec: { project: ${projectOf(name)}, log: stdout, group: labels.route${more} }\n`;
  const changed = text
    .replace(recorded('bad'), logged('bad', ', status: 5xx'))
    .replace(recorded('total'), logged('total', ''));
  if (changed === text) throw new Error(`the demo's SLO file has no SLO of ${name}.csv`);
  return changed.replaceAll(
    / {4}# A file has neither namespaces nor clusters\.\n {4}burngate\.io\/scope: global\n/g,
    '',
  );
}

function rowsOf(csv: string): TrafficRow[] {
  const [header = '', ...lines] = csv.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (header !== 'time,cohort,good,bad,group') throw new Error(`the counts have the columns ${header}`);
  return lines.map((line) => {
    const [time, cohort = '', good, bad, group = ''] = line.split(',');
    const hash = HASHES[cohort] ?? cohort;
    return {
      time: Number(time) * 1000,
      hash,
      pod: `checkout-${hash}-x7k2p`,
      group,
      good: Number(good),
      bad: Number(bad),
    };
  });
}
