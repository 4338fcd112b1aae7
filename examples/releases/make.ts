/**
 * Makes the recorded releases beside this file from a real access log:
 *   node examples/releases/make.ts elastic-apache.csv
 * The log has columns epoch_s,status,endpoint (10,000 requests to a web site, elastic/examples, Apache-2.0).
 * Same log, same files: everything random comes from the seeds below.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binomial, seeded, type Random } from './random.ts';
import { FAULTS, RELEASES, type Release } from './releases.ts';

/** Each logged request stands for this many: the site has two requests a second, a busy API has thirty. */
const SCALE = 16;
/** Minutes of stable alone before the canary's first weight. */
const LEAD = 15;
/** Endpoints with fewer requests are summed as "rest", to keep the files small. */
const RARE = 100;
const REST = 'rest';

interface Log {
  readonly start: number;
  /** Requests by logged minute and endpoint. */
  readonly minutes: readonly ReadonlyMap<string, number>[];
  /** Share of bad answers (4xx, 5xx) of each endpoint over the whole log. */
  readonly badShare: ReadonlyMap<string, number>;
}

function readLog(path: string): Log {
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const requests = rows.map(([time = '', status = '', endpoint = '']) => ({
    time: Number(time),
    bad: Number(status) >= 400,
    endpoint,
  }));
  const all = Map.groupBy(requests, ({ endpoint }) => endpoint);
  const named = (endpoint: string): string => ((all.get(endpoint)?.length ?? 0) < RARE ? REST : endpoint);
  const start = Math.min(...requests.map(({ time }) => time));
  // The log holds one minute of each hour. The minutes without a request are cut out: that compresses the time.
  const minutes = new Map<number, Map<string, number>>();
  for (const { time, endpoint } of requests) {
    const minute = Math.floor((time - start) / 60);
    const counts = minutes.get(minute) ?? new Map<string, number>();
    minutes.set(minute, counts.set(named(endpoint), (counts.get(named(endpoint)) ?? 0) + 1));
  }
  const groups = Map.groupBy(requests, ({ endpoint }) => named(endpoint));
  const badShare = new Map(
    [...groups].map(([name, some]) => [name, some.filter(({ bad }) => bad).length / some.length]),
  );
  return { start, minutes: [...minutes].toSorted(([a], [b]) => a - b).map(([, counts]) => counts), badShare };
}

function weightAt(release: Release, minute: number): number {
  return release.weights.findLast(([from]) => minute >= from)?.[1] ?? 0;
}

function csv(release: Release, log: Log): string {
  const lines = header(release, log);
  for (let minute = -LEAD; minute < release.minutes; minute += 1) {
    // The log is shorter than a release; it starts again at its end.
    const endpoints = log.minutes[(minute + LEAD) % log.minutes.length] ?? new Map<string, number>();
    // A stream of its own for each minute: a change of the weights leaves the minutes before as they were.
    const random = seeded(release.seed * 10_000 + minute + LEAD);
    const weight = minute < 0 ? 0 : weightAt(release, minute) / 100;
    for (const [endpoint, requests] of [...endpoints].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const canary = binomial(random, requests * SCALE, weight);
      lines.push(
        ...cohortRows(release, log, { minute, endpoint, canary, stable: requests * SCALE - canary }, random),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

interface Cell {
  readonly minute: number;
  readonly endpoint: string;
  readonly canary: number;
  readonly stable: number;
}

function cohortRows(
  release: Release,
  log: Log,
  { minute, endpoint, canary, stable }: Cell,
  random: Random,
): string[] {
  const time = log.start + (minute + LEAD) * 60;
  const normal = log.badShare.get(endpoint) ?? 0;
  const fault = FAULTS[release.fault];
  const row = (cohort: 'canary' | 'stable', events: number): string[] => {
    if (events === 0) return [];
    const bad = binomial(random, events, Math.min(1, fault(normal, { cohort, minute, endpoint })));
    return [`${String(time)},${cohort},${String(events - bad)},${String(bad)},${endpoint}`];
  };
  return [...row('canary', canary), ...row('stable', stable)];
}

function header(release: Release, log: Log): string[] {
  const weights = release.weights.map(([minute, weight]) => `${String(minute)}:${String(weight)}`).join(' ');
  return [
    `# ${release.title}`,
    '# Traffic: 10,000 real requests of a web site, elastic/examples (Apache-2.0); bad is a 4xx or 5xx answer.',
    '# Time-compressed: the log has one minute of each hour, and the 59 empty ones are cut out (84 hours to 84 minutes, then again).',
    `# Scaled: each logged request stands for ${String(SCALE)}.`,
    '# Whether a request is bad is drawn at the logged rate of its endpoint, the cohort at the canary weight of the minute.',
    `# Endpoints with fewer than ${String(RARE)} logged requests are summed as "${REST}". Seed ${String(release.seed)}, made by make.ts.`,
    `# Fault: ${release.faultText}`,
    `# First canary weight: ${new Date((log.start + LEAD * 60) * 1000).toISOString()}. Canary weight in per cent by minute: ${weights === '' ? 'none' : weights}`,
    'time,cohort,good,bad,group',
  ];
}

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node examples/releases/make.ts elastic-apache.csv');
const log = readLog(source);
for (const release of RELEASES) {
  writeFileSync(join(import.meta.dirname, `${release.name}.csv`), csv(release, log));
}
