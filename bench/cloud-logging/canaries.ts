import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudLoggingClient } from '../../providers/cloud-logging/client.ts';
import { CloudLoggingProvider } from '../../providers/cloud-logging/cloud-logging-provider.ts';
import { TrafficEntries, type TrafficRow } from '../../providers/cloud-logging/emulator/entry-store.ts';
import { rowLine } from '../../providers/cloud-logging/emulator/lines.ts';
import { LoggingEmulator } from '../../providers/cloud-logging/emulator/logging-emulator.ts';
import { CallQuota } from '../../providers/cloud-logging/emulator/quota.ts';
import { cloudLogging } from '../../providers/cloud-logging/index.ts';
import { analyze } from '../../src/analysis/analyze.ts';
import { BucketMemo } from '../../src/analysis/bucket-memo.ts';
import type { AnalysisRequest } from '../../src/analysis/request.ts';
import { TrialMemo } from '../../src/analysis/trial-memo.ts';
import { BucketCache } from '../../src/collection/bucket-cache.ts';
import { collected } from '../../src/collection/collected.ts';
import { loadSlos } from '../../src/config/load-slos.ts';
import type { Slo } from '../../src/core/slo.ts';
import { HOUR, MINUTE, SECOND, type EpochMs } from '../../src/core/units.ts';

const START: EpochMs = Date.UTC(2026, 0, 15, 10);
const PROJECT = 'shop-prod';
const MEMORY = 32 * 1024 * 1024;
/** The templates' own: the first look comes so long after the first weight. */
const FIRST_LOOK = 5;

export interface Scene {
  readonly canaries: number;
  /** Requests a second of each service, canary and stable together. */
  readonly rps: number;
  readonly minutes: number;
  /** Calls a minute that people make of the same project. */
  readonly people: number;
}

export interface Outcome {
  readonly looks: number;
  /** The most calls of one analysis in any clock minute. */
  readonly mostCalls: number;
  readonly calls: number;
  readonly entries: number;
  readonly bytes: number;
  /** The most calls of the whole project in any clock minute, those of people too. */
  readonly busiestMinute: number;
  readonly refusedByQuota: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Minute of the first look with a verdict on its counts, by analysis; null: none in all the time. */
  readonly firstVerdict: readonly (number | null)[];
  readonly lastReasons: readonly string[];
}

/** Canaries at a tenth of the traffic, looked at every minute for as long as the scene lasts. */
export async function runCanaries(scene: Scene): Promise<Outcome> {
  let clock = START;
  const now = (): EpochMs => clock;
  const quota = new CallQuota({ clock: now });
  const emulator = new LoggingEmulator(quota);
  emulator.countsBytes = true;
  // A log view for each service, all in one project: the views share its quota.
  const place = { project: PROJECT, namespace: 'checkout', cluster: 'eu' };
  for (let nth = 0; nth < scene.canaries; nth += 1)
    emulator.hold(viewOf(nth), new TrafficEntries(trafficOf(scene, nth), rowLine(place)));
  await emulator.start();
  const { provider, deps } = await serviceAt(emulator.endpoint, scene.canaries, now);
  const tally = new Tally(scene.canaries);
  try {
    for (let minute = FIRST_LOOK; minute < scene.minutes; minute += 1) {
      clock = START + minute * MINUTE;
      for (let nth = 0; nth < scene.people; nth += 1) quota.take([`projects/${PROJECT}`], clock);
      for (let canary = 0; canary < scene.canaries; canary += 1) {
        clock = START + minute * MINUTE + (canary * 55 * SECOND) / scene.canaries;
        emulator.arrivedBy = clock;
        const before = emulator.calls.length;
        const answer = await analyze(requestOf(canary), deps, new AbortController().signal);
        tally.note(canary, minute, answer, emulator.calls.slice(before));
      }
    }
  } finally {
    await provider.close();
    emulator.stop();
  }
  return { ...tally.outcome, busiestMinute: quota.busiest, refusedByQuota: quota.refused };
}

const hashes = (canary: number): { canary: string; stable: string } => ({
  canary: `7c5d9b${String(canary).padStart(4, '0')}`,
  stable: `5f6c7d${String(canary).padStart(4, '0')}`,
});

/** Stable has been there for an hour; one request in a hundred is bad on both sides. */
function trafficOf({ rps, minutes }: Scene, nth: number): TrafficRow[] {
  const perMinute = rps * 60;
  const row = (time: EpochMs, hash: string, events: number): TrafficRow => {
    const bad = Math.round(events / 100);
    return { time, hash, pod: `web-${hash}-x2x4q`, group: '/orders', good: events - bad, bad };
  };
  const rows: TrafficRow[] = [];
  for (let time = START - HOUR; time < START + minutes * MINUTE; time += MINUTE) {
    const share = time < START ? 0 : 0.1;
    const { canary, stable } = hashes(nth);
    rows.push(row(time, stable, Math.round(perMinute * (1 - share))));
    if (share > 0) rows.push(row(time, canary, Math.round(perMinute * share)));
  }
  return rows;
}

async function serviceAt(endpoint: string, canaries: number, now: () => EpochMs) {
  const settings = cloudLogging.parseSettings({ BURNGATE_CLOUD_LOGGING_ENDPOINT: endpoint });
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  const providerDeps = {
    env: {},
    now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
  };
  // A call that has to wait is refused at once: the clock stands still while it waits.
  const source = new CloudLoggingClient(settings.value, providerDeps, 0);
  const inner = new CloudLoggingProvider({ source, settings: settings.value, now });
  const cache = new BucketCache({ maxBytes: MEMORY, now, onEvicted: () => undefined });
  const provider = collected('cloud-logging', inner, {
    cache,
    deadlineMs: 8 * SECOND,
    now,
    observe: () => undefined,
    report: () => undefined,
  });
  const deps = {
    catalog: { slos: await slosOf(canaries) },
    providers: new Map([['cloud-logging', provider]]),
    clock: now,
    recorder: { record: () => undefined },
    memos: { buckets: new BucketMemo(MEMORY), trials: new TrialMemo(MEMORY) },
    cluster: undefined,
    publicUrl: '',
    onFault: (error: unknown) => {
      throw error;
    },
  };
  return { provider, deps };
}

/** One SLO a service, each reading its own view. */
async function slosOf(canaries: number): Promise<readonly Slo[]> {
  const text = await readFile(new URL('slo.yaml', import.meta.url), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'burngate-bench-'));
  try {
    for (let nth = 0; nth < canaries; nth += 1)
      await writeFile(
        join(folder, `${String(nth)}.yaml`),
        text.replaceAll('SERVICE', nameOf(nth)).replaceAll('VIEW', viewOf(nth)),
      );
    const loaded = await loadSlos(folder, [cloudLogging]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return loaded.slos;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const nameOf = (canary: number): string => `service-${String(canary)}`;
const viewOf = (canary: number): string =>
  `projects/${PROJECT}/locations/global/buckets/requests/views/${nameOf(canary)}`;

function requestOf(canary: number): AnalysisRequest {
  return {
    slos: { kind: 'names', names: [nameOf(canary)] },
    ...hashes(canary),
    mode: 'watch',
    minWindow: 0,
    start: { kind: 'auto' },
    namespace: 'checkout',
    weight: null,
    policy: {},
  };
}

class Tally {
  readonly #verdicts = new Map<string, number>();
  readonly #first: (number | null)[];
  readonly #reasons: string[];
  #looks = 0;
  #most = 0;
  #calls = 0;
  #entries = 0;
  #bytes = 0;

  constructor(canaries: number) {
    this.#first = Array.from({ length: canaries }, () => null);
    this.#reasons = Array.from({ length: canaries }, () => '');
  }

  note(
    canary: number,
    minute: number,
    answer: { readonly verdict: string; readonly code: string; readonly reason: string },
    calls: readonly { readonly entries: number; readonly bytes: number }[],
  ): void {
    const name = `${answer.verdict} ${answer.code}`;
    this.#verdicts.set(name, (this.#verdicts.get(name) ?? 0) + 1);
    if (answer.verdict !== 'inconclusive') this.#first[canary] ??= minute;
    this.#reasons[canary] = answer.reason;
    this.#looks += 1;
    this.#most = Math.max(this.#most, calls.length);
    this.#calls += calls.length;
    for (const { entries, bytes } of calls) {
      this.#entries += entries;
      this.#bytes += bytes;
    }
  }

  get outcome(): Omit<Outcome, 'busiestMinute' | 'refusedByQuota'> {
    return {
      looks: this.#looks,
      mostCalls: this.#most,
      calls: this.#calls,
      entries: this.#entries,
      bytes: this.#bytes,
      verdicts: Object.fromEntries(this.#verdicts),
      firstVerdict: this.#first,
      lastReasons: this.#reasons,
    };
  }
}
