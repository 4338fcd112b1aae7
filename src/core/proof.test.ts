import { describe, expect, test } from 'vitest';
import { AbsoluteProof, HarmProof, type ProofTerms } from './proof.ts';
import {
  BURN_ALTERNATIVES,
  RELATIVE_ALTERNATIVES,
  RELATIVE_MULTIPLES,
  alternativeFraction,
  burnLogRatio,
  massesOf,
  relativeLogRatio,
} from './stats/harm.ts';
import { SharedLevel } from './stats/shared-level.ts';
import { LATE_ONSET } from './stats/start-mixture.ts';

const CAP = Math.log(100);
const TERMS = { p0: 0.005, margin: 1.5, cap: CAP };
const bad = (count: number, all: number) => ({ bad: count, good: all - count });

describe('the two proofs of harm', () => {
  test('start without evidence', () => {
    expect(new HarmProof(TERMS).evidence).toEqual({ logBurn: 0, logRelative: 0, logHarm: 0 });
  });

  test('harm is the weaker of the two', () => {
    const proof = new HarmProof(TERMS);
    // Worse than stable, and well inside the budget.
    for (let bucket = 0; bucket < 60; bucket += 1) proof.absorb(bad(3, 1000), bad(2, 9000));
    const { logBurn, logRelative, logHarm } = proof.evidence;
    expect(logRelative).toBeGreaterThan(CAP);
    expect(logBurn).toBeLessThan(0);
    expect(logHarm).toBe(logBurn);
  });

  test('both are needed where everybody burns', () => {
    const proof = new HarmProof(TERMS);
    for (let bucket = 0; bucket < 60; bucket += 1) proof.absorb(bad(30, 1000), bad(270, 9000));
    expect(proof.evidence.logHarm).toBeLessThan(0);
  });

  test('an incident that hits both does not use up the budget of a canary that is worse inside it', () => {
    const proof = new HarmProof(TERMS);
    for (let bucket = 0; bucket < 60; bucket += 1) proof.absorb(bad(3, 1000), bad(5, 9000));
    expect(proof.evidence.logRelative).toBeGreaterThan(CAP);
    for (let bucket = 0; bucket < 15; bucket += 1) {
      const { logHarm } = proof.absorb(bad(103, 1000), bad(905, 9000));
      expect(logHarm).toBeLessThan(0);
    }
  });

  test('a bucket without canary events changes nothing, not even the prior of the next ones', () => {
    const [one, other] = [new HarmProof(TERMS), new HarmProof(TERMS)];
    for (const [i, count] of [0, 2, 40, 1].entries()) {
      one.absorb(bad(count, 300), bad(1, 2700));
      other.absorb(bad(count, 300), bad(1, 2700));
      if (i < 3) other.absorb(bad(0, 0), bad(1, 2700));
    }
    expect(other.evidence).toEqual(one.evidence);
  });

  test('one bucket gives at most the cap, however wild it is', () => {
    const proof = new HarmProof(TERMS);
    proof.absorb(bad(1000, 1000), bad(0, 9000));
    const { logBurn, logRelative } = proof.evidence;
    expect(logBurn).toBeLessThanOrEqual(CAP);
    expect(logRelative).toBeLessThanOrEqual(CAP);
    expect(logBurn).toBeGreaterThan(CAP - 1);
  });

  test('count the distinct buckets with canary bad events', () => {
    const proof = new HarmProof(TERMS);
    proof.absorb(bad(5, 10), bad(0, 90));
    proof.absorb(bad(0, 10), bad(9, 90));
    proof.absorb(bad(1, 10), bad(0, 90));
    expect(proof.badBuckets).toBe(2);
  });

  test('take the strata summed outside in place of their own comparison', () => {
    const [pooled, strata] = [new HarmProof(TERMS), new HarmProof(TERMS)];
    for (let bucket = 0; bucket < 30; bucket += 1) {
      pooled.absorb(bad(20, 1000), bad(20, 9000));
      strata.absorb(bad(20, 1000), bad(20, 9000), new Float64Array(RELATIVE_MULTIPLES.length));
    }
    expect(pooled.evidence.logRelative).toBeGreaterThan(CAP);
    expect(strata.evidence.logRelative).toBeCloseTo(0, 9);
    expect(strata.evidence.logBurn).toBe(pooled.evidence.logBurn);
  });
});

describe('the evidence, by its definition', () => {
  type Counts = ReturnType<typeof bad>;
  interface Bucket {
    readonly canary: Counts;
    readonly stable: Counts;
    readonly pods?: ReadonlyMap<string, Counts>;
  }

  /** log E of increments a bucket and alternative, over all starts. */
  function logE(masses: readonly number[], increments: readonly (readonly number[])[]): number {
    let sum = LATE_ONSET.after(increments.length);
    for (const [i, mass] of masses.entries()) {
      for (let start = 0; start < increments.length; start += 1) {
        const since = increments.slice(start).reduce((log, each) => log + (each[i] ?? 0), 0);
        sum += mass * LATE_ONSET.weight(start + 1) * Math.exp(since);
      }
    }
    return Math.log(sum);
  }

  function definition(given: readonly Bucket[], { p0, margin, cap }: ProofTerms) {
    const level = new SharedLevel(p0, margin);
    const burns: number[][] = [];
    const ratios: number[][] = [];
    for (const { canary, stable, pods } of given) {
      const limit = level.next(stable.bad, stable.bad + stable.good);
      const all = canary.bad + canary.good;
      const share = all / (all + stable.bad + stable.good);
      burns.push(
        BURN_ALTERNATIVES.map(({ multiple }) => {
          const log = (of: Counts) =>
            burnLogRatio(of.bad, of.good, limit, alternativeFraction(multiple, limit));
          if (pods === undefined) return Math.min(cap, log(canary));
          return [...pods.values()].reduce((sum, pod) => sum + Math.min(cap / 2, log(pod)), 0);
        }),
      );
      ratios.push(
        RELATIVE_ALTERNATIVES.map(({ multiple }) => {
          const log = (canaryBad: number, both: number) =>
            relativeLogRatio(canaryBad, both, share, margin, multiple * margin);
          if (pods === undefined) return Math.min(cap, log(canary.bad, canary.bad + stable.bad));
          return [...pods.values()].reduce(
            (sum, pod) => sum + Math.min(cap / 2, log(pod.bad, pod.bad)),
            log(0, stable.bad),
          );
        }),
      );
    }
    return {
      logBurn: logE(massesOf(BURN_ALTERNATIVES), burns),
      logRelative: logE(massesOf(RELATIVE_ALTERNATIVES), ratios),
    };
  }

  const plain: Bucket[] = [
    { canary: bad(0, 300), stable: bad(2, 2700) },
    { canary: bad(4, 280), stable: bad(3, 2500) },
    // No bad event at all: the ratio says nothing.
    { canary: bad(0, 310), stable: bad(0, 2700) },
    // More good events than factors are kept for.
    { canary: bad(0, 100_000), stable: bad(1, 900_000) },
    { canary: bad(90, 290), stable: bad(0, 2600) },
    { canary: bad(3, 300), stable: bad(1, 2700) },
  ];
  const incident: Bucket[] = [
    ...plain,
    { canary: bad(40, 300), stable: bad(200, 2700) },
    { canary: bad(0, 300), stable: bad(180, 2700) },
    ...plain,
  ];
  const podded: Bucket[] = [
    {
      canary: bad(61, 300),
      stable: bad(2, 2700),
      pods: new Map([
        ['a', bad(60, 100)],
        ['b', bad(1, 100)],
        ['c', bad(0, 100)],
      ]),
    },
    ...plain,
    {
      canary: bad(3, 200),
      stable: bad(9, 1800),
      pods: new Map([
        ['a', bad(2, 100)],
        ['b', bad(1, 100)],
      ]),
    },
  ];

  test.each([
    ['one population', plain],
    ['a shared incident, which raises the null', incident],
    ['pods, each capped at half', podded],
  ])('is kept bucket by bucket: %s', (_, given) => {
    const proof = new HarmProof(TERMS);
    for (const [index, { canary, stable, pods }] of given.entries()) {
      proof.absorb(canary, stable, undefined, pods);
      const { logBurn, logRelative } = definition(given.slice(0, index + 1), TERMS);
      expect(proof.evidence.logBurn).toBeCloseTo(logBurn, 9);
      expect(proof.evidence.logRelative).toBeCloseTo(logRelative, 9);
      expect(proof.evidence.logHarm).toBeCloseTo(Math.min(logBurn, logRelative), 9);
    }
  });

  test('compares nothing in a bucket that stable is missing from, with pods or without', () => {
    const pods = new Map([['a', bad(9, 10)]]);
    for (const each of [undefined, pods]) {
      const proof = new HarmProof(TERMS);
      proof.absorb(bad(9, 10), bad(0, 0), undefined, each);
      expect(proof.evidence.logRelative).toBeCloseTo(0, 12);
      expect(proof.evidence.logBurn).toBeGreaterThan(0);
    }
  });

  test('caps the sum over strata too', () => {
    const proof = new HarmProof(TERMS);
    const wild = new Float64Array(RELATIVE_ALTERNATIVES.length).fill(1000);
    proof.absorb(bad(9, 300), bad(0, 2700), wild);
    const caps = [RELATIVE_ALTERNATIVES.map(() => CAP)];
    expect(proof.evidence.logRelative).toBeCloseTo(logE(massesOf(RELATIVE_ALTERNATIVES), caps), 9);
  });

  test('is the same for a proof that shares the tables of another', () => {
    const first = new HarmProof(TERMS);
    const [alone, sibling] = [new HarmProof(TERMS), new HarmProof({ ...TERMS, cap: CAP }, first)];
    for (const { canary, stable } of plain) {
      alone.absorb(canary, stable);
      sibling.absorb(canary, stable);
    }
    expect(sibling.evidence).toEqual(alone.evidence);
  });
});

describe('burn alone', () => {
  test('is the same burn proof without a stable to raise its null', () => {
    const alone = new AbsoluteProof(TERMS);
    const both = new HarmProof(TERMS);
    for (let bucket = 0; bucket < 20; bucket += 1) {
      const logBurn = alone.absorb(bad(bucket % 5, 300));
      both.absorb(bad(bucket % 5, 300), bad(0, 2700));
      expect(logBurn).toBeCloseTo(both.evidence.logBurn, 12);
    }
    expect(alone.badBuckets).toBe(16);
  });
});
