import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GROUPS,
  RANK,
  SEED,
  anyCase,
  cases,
  change,
  changed,
  cohort,
  groupedRow,
  judgeCase,
} from '../../test/statistics/cases.ts';
import { HOLE, IDLE, buckets, observe, type Row, type Shorthand } from '../../test/statistics/scenes.ts';
import type { Bucket, Pair } from './counts.ts';
import { Trial } from './trial.ts';
import { decide } from './verdict.ts';

describe('a good canary event turned bad', () => {
  test('never turns a fail into anything else, and never improves a verdict but that of a shared incident', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyCase, change, ({ question, given }, how) => {
        const worse = changed(given, 'canary', how);
        if (worse === null) return;
        const before = judgeCase({ question, given });
        const after = judgeCase({ question, given: worse });
        seen.add(before.verdict);
        // A canary that turns out worse than stable is no longer excused, nor held, by the incident.
        if (before.code === 'shared-degradation') return;
        expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
      }),
      { seed: SEED, numRuns: 1500 },
    );
    expect([...seen].toSorted()).toEqual(['fail', 'inconclusive', 'pass']);
  });
});

describe('a good stable event turned bad', () => {
  // Up to these bad fractions no alternative is cut off at "everything fails". Beyond, a stable of a few events
  // that is nearly all bad makes its bucket neutral for the burn, where it had spoken for the canary.
  const calm = fc.constantFrom(0, 0.002, 0.005, 0.01, 0.02);
  const busy = cohort(200).chain((canary) =>
    fc
      .tuple(fc.integer({ min: 500, max: 3000 }), calm)
      .map(([all, share]): Row => ({ canary, stable: [Math.floor(all * share), all] })),
  );
  const twice = fc.tuple(busy, busy).map(([a, b]): Row => {
    const pair = (row: Row): readonly [Shorthand, Shorthand] =>
      'canary' in row ? [row.canary, row.stable] : [null, null];
    return { groups: { [GROUPS[0]]: pair(a), [GROUPS[1]]: pair(b) } };
  });

  test('never turns anything else into a fail', () => {
    let fails = 0;
    fc.assert(
      fc.property(
        cases((grouped) => (grouped ? twice : busy)),
        fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), events: fc.constantFrom(1, 5) }),
        ({ question, given }, how) => {
          const worse = changed(given, 'stable', how);
          if (worse === null) return;
          const before = judgeCase({ question, given });
          if (before.verdict === 'fail') {
            fails += 1;
            return;
          }
          expect(judgeCase({ question, given: worse }).verdict).not.toBe('fail');
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
    expect(fails).toBeGreaterThan(50);
  });
});

describe('the order of groups', () => {
  test('changes neither verdict nor evidence', () => {
    fc.assert(
      fc.property(
        cases(() => groupedRow),
        fc.shuffledSubarray([...GROUPS], { minLength: 3 }),
        ({ question, given }, order) => {
          const list = buckets(given);
          const shuffled = list.map((bucket): Bucket => ({
            ...bucket,
            groups: new Map(
              order.map((name): [string, Pair] => [
                name,
                bucket.groups?.get(name) ?? { canary: null, stable: null },
              ]),
            ),
          }));
          const one = decide(question, observe(list));
          const other = decide(question, observe(shuffled));
          expect([other.verdict, other.code]).toEqual([one.verdict, one.code]);
          const [a, b] = [one.figures.evidence, other.figures.evidence];
          expect(b.logHarm).toBeCloseTo(a.logHarm, 9);
          expect(b.logSafe).toBeCloseTo(a.logSafe ?? NaN, 9);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('a bucket without events', () => {
  test('changes nothing in the evidence, whether it is idle or a hole', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.constantFrom(IDLE, HOLE, { canary: null, stable: [0, 0] } as Row, { flaw: 'x' } as Row),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ question, given }, nothing, at) => {
          const fold = (all: readonly Row[]): Trial => {
            const trial = new Trial(question);
            for (const bucket of buckets(all)) trial.absorb(bucket);
            return trial;
          };
          const index = Math.floor(at * (given.length + 1));
          const without = fold(given);
          const withIt = fold(given.toSpliced(index, 0, nothing));
          expect(withIt.evidence).toEqual(without.evidence);
          expect(withIt.suspicion).toBe(without.suspicion);
          expect(withIt.counts).toEqual(without.counts);
          expect(withIt.safety.evidence()?.logSafe).toBe(without.safety.evidence()?.logSafe);
          expect(withIt.safety.evidence()?.logNotWorse).toBe(without.safety.evidence()?.logNotWorse);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});
