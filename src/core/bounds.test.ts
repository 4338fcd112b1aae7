import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, buckets, observe, rows, type Row } from '../../test/statistics/scenes.ts';
import { decideBounded } from './bounds.ts';
import { explain } from './explain.ts';
import { decide } from './verdict.ts';

const CLEAN: Row = { canary: [0, 300], stable: [2, 2700] };
const BAD: Row = { canary: [30, 300], stable: [2, 2700] };

const seen = (row: Row, minutes = 30, notes: readonly string[] = []) =>
  observe(buckets(rows(minutes, row)), { notes });

describe('counts of which only bounds are known', () => {
  test.each([
    ['pass', CLEAN],
    ['fail', BAD],
  ] as const)('are a %s where both ends are', (verdict, row) => {
    expect(decideBounded(ask(), seen(row), seen(row)).verdict).toBe(verdict);
  });

  test('are decided as they are where they are exact', () => {
    expect(decideBounded(ask(), seen(BAD), undefined)).toEqual(decide(ask(), seen(BAD)));
  });

  test('are inconclusive where the ends differ, and the sentence says what the ends are and why', () => {
    const question = ask();
    const note = 'the threshold of 750ms lies inside the bucket 500ms to 1s: use 500ms or 1s';
    const judgement = decideBounded(question, seen(CLEAN, 30, [note]), seen(BAD, 30, [note]));
    expect(judgement).toMatchObject({
      verdict: 'inconclusive',
      code: 'counts-bounded',
      readings: { kindest: 'pass', harshest: 'fail' },
    });
    const reason = explain(judgement, {
      slo: 'latency',
      question,
      observation: seen(CLEAN, 30, [note]),
      timestamp: (time) => new Date(time).toISOString(),
    });
    expect(reason).toContain('with the fewest bad events pass, with the most fail');
    expect(reason).toContain(note);
  });

  test('of a pass are shown with the most bad events, of a fail with the fewest', () => {
    const worse: Row = { canary: [1, 300], stable: [2, 2700] };
    expect(decideBounded(ask(), seen(CLEAN), seen(worse)).figures.canary.bad).toBe(30);
    const worst: Row = { canary: [60, 300], stable: [2, 2700] };
    expect(decideBounded(ask(), seen(BAD), seen(worst)).figures.canary.bad).toBe(900);
  });

  test('never come to the opposite of what the counts between them come to', () => {
    const met = new Set<string>();
    const share = fc.constantFrom(0, 0.002, 0.005, 0.02, 0.1);
    fc.assert(
      fc.property(
        share,
        share,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('watch' as const, 'gate' as const),
        (canaryShare, stableShare, canarySlack, stableSlack, at, mode) => {
          const least = { canary: Math.round(canaryShare * 300), stable: Math.round(stableShare * 2700) };
          const row = (canary: number, stable: number): Row => ({
            canary: [Math.min(300, least.canary + canary), 300],
            stable: [least.stable + stable, 2700],
          });
          const question = ask({ mode });
          const bounded = decideBounded(question, seen(row(0, stableSlack)), seen(row(canarySlack, 0)));
          const between = row(Math.round(at * canarySlack), Math.round((1 - at) * stableSlack));
          const exact = decide(question, seen(between));
          met.add(bounded.verdict);
          expect(`${bounded.verdict} of ${exact.verdict}`).not.toMatch(/pass of fail|fail of pass/);
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
    expect([...met].toSorted()).toEqual(['fail', 'inconclusive', 'pass']);
  });
});
