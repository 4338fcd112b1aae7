import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEED, cases, groupedRow, judgeCase, plainRow } from '../../test/statistics/cases.ts';
import { HOLE, IDLE, ask, buckets, observe, timestamp, type Row } from '../../test/statistics/scenes.ts';
import { explain } from './explain.ts';
import { resolvePolicy } from './policy.ts';
import { Stretch } from './stretch.ts';
import { Trial } from './trial.ts';
import { MINUTE } from './units.ts';
import { conclude, decide } from './verdict.ts';

describe('the past', () => {
  const gappy = cases((grouped) =>
    fc.oneof(
      { weight: 6, arbitrary: grouped ? groupedRow : plainRow },
      fc.constantFrom<Row>(IDLE, HOLE, { flaw: 'x' }, { canary: null, stable: [1, 900] }),
    ),
  );

  test('need not be judged again: a trial that goes on says what judging everything anew says', () => {
    fc.assert(
      fc.property(gappy, ({ question, given }) => {
        const list = buckets(given);
        const trial = new Trial(question);
        const stretch = new Stretch(MINUTE);
        for (const [index, bucket] of list.entries()) {
          trial.absorb(bucket);
          stretch.absorb(bucket);
          const observation = observe(list.slice(0, index + 1));
          expect(conclude(question, observation, trial, stretch)).toEqual(decide(question, observation));
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('stays proven: what failed once is failed at every later look', () => {
    let runs = 0;
    let fails = 0;
    fc.assert(
      fc.property(gappy, ({ question, given }) => {
        runs += 1;
        const list = buckets(given);
        const verdicts = list.map((_, index) => decide(question, observe(list.slice(0, index + 1))).verdict);
        const first = verdicts.indexOf('fail');
        if (first === -1) return;
        fails += 1;
        expect(new Set(verdicts.slice(first))).toEqual(new Set(['fail']));
      }),
      { seed: SEED, numRuns: 200 },
    );
    expect(fails).toBeGreaterThan(runs / 10);
  });
});

/** Paths of everything in a value that is a number and not finite, or undefined. */
function notNumbers(value: unknown, path = ''): string[] {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    return [`${path}=${String(value)}`];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => notNumbers(each, `${path}.${key}`));
}

/** Counts may be fractions, but none is smaller than the rounding that `assemble` removes. */
const thousandths = (count: number): number => Math.round(count * 1000) / 1000;

describe('no input', () => {
  const count = fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.double({ min: 0, max: 2, noNaN: true }),
    fc.integer({ min: 0, max: 1e9 }),
  );
  const events = fc.option(
    fc
      .tuple(count, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([all, share]): [number, number] => [thousandths(all * share), thousandths(all)]),
  );
  const row: fc.Arbitrary<Row> = fc.oneof(
    fc.record({ canary: events, stable: events }),
    fc
      .tuple(events, events, events, events)
      .map(([a, b, c, d]): Row => ({ groups: { a: [a, b], b: [c, d] } })),
  );

  test('yields NaN, infinity or undefined anywhere in a judgement, or in its sentence', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        fc.constantFrom(0, 0.5, 0.9, 0.995, 0.999_999_999, 1 - Number.EPSILON),
        fc.record(
          {
            maxBurnRate: fc.constantFrom(0.01, 1, 14.4, 1000),
            margin: fc.constantFrom(1, 1.5, 10),
            alpha: fc.constantFrom(1e-9, 0.1),
            safeBurnRate: fc.constantFrom(0.01, 2, 1000),
            beta: fc.constantFrom(1e-9, 0.2),
            onMissingStable: fc.constantFrom('inconclusive' as const, 'absolute' as const),
          },
          { requiredKeys: [] },
        ),
        fc.constantFrom('watch' as const, 'gate' as const),
        fc.option(fc.constantFrom(0.001, 0.5, 1)),
        (given, target, overrides, mode, weight) => {
          const policy = resolvePolicy(overrides);
          if (!policy.ok) return;
          const question = ask({ target, mode, weight, grouped: true }, policy.value);
          const observation = observe(buckets(given));
          const judgement = decide(question, observation);
          expect(notNumbers(judgement)).toEqual([]);
          const text = explain(judgement, { slo: 's', question, observation, timestamp });
          expect(text).not.toMatch(/NaN|undefined|Infinity/);
          expect(text.length).toBeLessThan(900);
        },
      ),
      { seed: SEED, numRuns: 600 },
    );
  });
});

describe('a thousand million events a bucket', () => {
  const BIG = 1e9;
  const at = (canary: number, stable: number): Row => ({
    canary: [Math.round(canary * BIG), BIG],
    stable: [Math.round(stable * 9 * BIG), 9 * BIG],
  });

  test.each([
    ['equal, inside the budget', 0.004, 0.004, 'pass', 'no-harm'],
    ['equal, over the budget', 0.02, 0.02, 'pass', 'no-harm'],
    ['10% worse, over the budget', 0.0066, 0.006, 'pass', 'no-harm'],
    ['twice as bad, over the budget', 0.012, 0.006, 'fail', 'harm-proven'],
    ['twice as bad, inside the budget', 0.002, 0.001, 'pass', 'worse-within-budget'],
    ['an incident that hits both', 0.5, 0.5, 'inconclusive', 'shared-degradation'],
    ['without a bad event', 0, 0, 'pass', 'no-harm'],
    ['with nothing but bad events', 1, 1, 'inconclusive', 'shared-degradation'],
  ])('are judged like a thousand: %s', (_, canary, stable, verdict, code) => {
    const judgement = judgeCase({
      question: ask(),
      given: Array.from({ length: 20 }, () => at(canary, stable)),
    });
    expect([judgement.verdict, judgement.code]).toEqual([verdict, code]);
    expect(notNumbers(judgement)).toEqual([]);
  });
});
