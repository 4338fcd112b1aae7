import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_POLICY } from '../../../src/core/policy.ts';
import { Replay } from '../../../src/core/trace.ts';
import { MINUTE } from '../../../src/core/units.ts';
import { decide, type Question } from '../../../src/core/verdict.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { Tally, meanOr, quantileOr, type Outcomes } from '../outcomes.ts';
import { randomOf } from '../random.ts';
import { groupedBucket, zipfEndpoints } from '../scenes/groups.ts';
import { LOOKS } from '../scenes/healthy.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import type { Table } from '../table.ts';

const GROUPS = 100;
const TARGET_MS = 5;
/** Windows over which memory is compared, in buckets. */
const SHORT = 1500;
const LONG = 6000;
const WARM_UP = 10;

const QUESTION: Question = {
  target: 0.995,
  policy: DEFAULT_POLICY,
  mode: 'watch',
  minWindow: 0,
  weight: null,
  grouped: true,
};

function observation(groups: number): Observation {
  const random = randomOf('cost', 0);
  const endpoints = zipfEndpoints(random, groups, 0);
  const buckets = Array.from({ length: LOOKS }, (_, index) => groupedBucket(random, index, endpoints));
  const start = buckets[0]?.time ?? 0;
  return {
    window: { start, end: start + LOOKS * MINUTE, bucketMs: MINUTE },
    buckets,
    dataAge: 0,
    lag: 0,
    canarySeen: true,
    silentExpected: 0,
    earlierEnded: null,
    ahead: false,
    notes: [],
  };
}

function timed(tally: Tally, name: string, times: number, what: () => unknown): void {
  for (let i = 0; i < WARM_UP; i += 1) what();
  for (let i = 0; i < times; i += 1) {
    const begin = performance.now();
    what();
    tally.note(name, performance.now() - begin);
  }
}

/** Heap in use after a collection, in MiB. */
function heapMib(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Heap that a replay holds after so many buckets; the buckets themselves are made and dropped. */
function heldMib(looks: number): number {
  const random = randomOf('memory', 0);
  const endpoints = zipfEndpoints(random, GROUPS, 0);
  const before = heapMib();
  const replay = new Replay(QUESTION, MINUTE);
  for (let index = 0; index < looks; index += 1) replay.next(groupedBucket(random, index, endpoints));
  const held = heapMib() - before;
  // Looked at again so that it is alive until here.
  return replay.window === null ? 0 : held;
}

function work(job: Job): Outcomes {
  const tally = new Tally();
  const times = job.to - job.from;
  for (const groups of [1, 10, GROUPS, 500]) {
    const all = observation(groups);
    timed(tally, `decide/${String(groups)}`, groups > GROUPS ? Math.ceil(times / 4) : times, () =>
      decide(QUESTION, all),
    );
    const replay = new Replay(QUESTION, MINUTE);
    for (const bucket of all.buckets) replay.next(bucket);
    let next = 0;
    timed(tally, `update/${String(groups)}`, 10 * times, () => {
      const bucket = all.buckets[next % LOOKS];
      next += 1;
      return bucket === undefined
        ? null
        : replay.next({ ...bucket, time: bucket.time + next * LOOKS * MINUTE });
    });
  }
  tally.note('heap/short', heldMib(SHORT));
  tally.note('heap/long', heldMib(LONG));
  return tally.outcomes;
}

function table(results: ReadonlyMap<string, Outcomes>): Table {
  const outcomes = outcomesOf(results, 'cost');
  const row = (name: string, key: string): (string | number | null)[] => {
    const list = outcomes[key] ?? [];
    return [name, list.length, ...[0.5, 0.95].map((q) => quantileOr(list, q, 0)), meanOr(list, 0)];
  };
  const heap = (key: string): number => outcomes[key]?.[0] ?? 0;
  return {
    title: `Cost in milliseconds on one core, ${String(LOOKS)} buckets`,
    columns: ['what', 'times', 'median', 'p95', 'mean'],
    rows: [1, 10, GROUPS, 500].flatMap((groups) => [
      row(`one decision, ${String(groups)} groups`, `decide/${String(groups)}`),
      row(`one update with a new bucket, ${String(groups)} groups`, `update/${String(groups)}`),
    ]),
    notes: [
      `heap held by a replay of ${String(SHORT)} buckets: ${heap('heap/short').toFixed(2)} MiB, of ${String(LONG)}: ${heap('heap/long').toFixed(2)} MiB`,
    ],
    targets: [
      {
        text: `one decision over ${String(LOOKS)} buckets x ${String(GROUPS)} groups, median ms`,
        value: quantileOr(outcomes[`decide/${String(GROUPS)}`] ?? [], 0.5, Infinity),
        limit: TARGET_MS,
      },
      {
        text: `heap after ${String(LONG)} looks beyond that after ${String(SHORT)}, MiB`,
        value: heap('heap/long') - heap('heap/short'),
        limit: 1,
      },
    ],
  };
}

export const COST: Section = {
  name: 'cost',
  alone: true,
  plan: ({ quick }) => [{ scenario: 'cost', runs: quick ? 10 : 40, chunk: 1000 }],
  work: (job) => Promise.resolve(work(job)),
  report: (results) => Promise.resolve([table(results)]),
};
