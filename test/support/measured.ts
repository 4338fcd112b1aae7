import type { Bucket, Pair } from '../../src/core/counts.ts';
import { explain } from '../../src/core/explain.ts';
import { resolvePolicy } from '../../src/core/policy.ts';
import type { Measurement } from '../../src/core/recorder.ts';
import { decide, type Question } from '../../src/core/verdict.ts';

export const MINUTE = 60_000;
export const T0 = Date.parse('2026-03-02T09:00:00Z');

export interface MeasuredOptions {
  readonly analysis?: string;
  readonly slo?: string;
  readonly release?: Partial<Measurement['release']>;
  /** Minutes since the canary began. */
  readonly minutes?: number;
  readonly start?: number;
  readonly groups?: number;
  /** Canary's bad events a minute, of 50 and one group's. */
  readonly bad?: number;
}

/** A look at a made-up release, judged by the real judge. */
export function measured(options: MeasuredOptions = {}): Measurement {
  const {
    analysis = 'a'.repeat(20),
    slo = 'checkout',
    minutes = 30,
    start = T0,
    groups = 0,
    bad = 0,
  } = options;
  const policy = resolvePolicy({}, {});
  if (!policy.ok) throw new Error('the default policy is no policy');
  const question: Question = {
    target: 0.99,
    policy: policy.value,
    mode: 'watch',
    minWindow: 0,
    weight: 0.1,
    grouped: groups > 0,
  };
  const buckets = Array.from({ length: minutes }, (_, at) => bucket(start + at * MINUTE, groups, bad));
  const end = start + minutes * MINUTE;
  const observation = {
    window: { start, end, bucketMs: MINUTE },
    buckets,
    dataAge: 2 * MINUTE,
    lag: 2 * MINUTE,
    canarySeen: true,
    silentExpected: 0,
    earlierEnded: null,
    ahead: false,
    notes: ['made up'],
  };
  const judgement = decide(question, observation);
  const timestamp = (time: number): string => new Date(time).toISOString();
  return {
    analysis,
    slo,
    at: end + 2 * MINUTE,
    verdict: judgement.verdict,
    code: judgement.code,
    reason: explain(judgement, { slo, question, observation, timestamp }),
    release: {
      canary: '6d5f4c7b8',
      stable: '5c4b3a291',
      namespace: 'shop',
      rollout: 'checkout',
      ...options.release,
    },
    judged: { question, observation, judgement, queriesSent: ['made up by hand'] },
  };
}

/** Differs from minute to minute, so that no two chunks are alike. */
function bucket(time: number, groups: number, bad: number): Bucket {
  const turn = (time / MINUTE) % 7;
  const pair: Pair = {
    canary: { good: 50 + turn - bad, bad },
    stable: { good: 450 + 3 * turn, bad: time % (5 * MINUTE) === 0 ? 1 : 0 },
  };
  if (groups === 0) return { time, ...pair };
  const byGroup = new Map<string, Pair>();
  let canary = { good: 0, bad: 0 };
  let stable = { good: 0, bad: 0 };
  for (let group = 0; group < groups; group += 1) {
    const own = group === 0 ? pair : { canary: { good: 5, bad: 0 }, stable: { good: 40 + group, bad: 0 } };
    byGroup.set(`GET /items/${String(group)}`, own);
    canary = { good: canary.good + (own.canary?.good ?? 0), bad: canary.bad + (own.canary?.bad ?? 0) };
    stable = { good: stable.good + (own.stable?.good ?? 0), bad: stable.bad + (own.stable?.bad ?? 0) };
  }
  return { time, canary, stable, groups: byGroup };
}
