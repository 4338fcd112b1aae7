import { RELATIVE_MULTIPLES } from './stats/harm.ts';
import { describe, expect, test } from 'vitest';
import { AbsoluteProof, HarmProof } from './proof.ts';

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
