import { describe, expect, test } from 'vitest';
import { buckets, rows, times } from '../../test/statistics/scenes.ts';
import type { Bucket } from '../core/counts.ts';
import { DEFAULT_POLICY, type PolicyOverrides } from '../core/policy.ts';
import { aaInputs, splitRun, summarizeAa, type AaTerms, type FalseFail } from './aa.ts';
import { StableTape } from './stable-tape.ts';

function tapeOf(given: readonly Bucket[]): StableTape {
  const tape = new StableTape();
  for (const bucket of given) tape.add(bucket);
  return tape;
}

function terms(over: Partial<AaTerms> = {}, policy: PolicyOverrides = {}): AaTerms {
  return {
    target: 0.995,
    grouped: false,
    share: 0.1,
    seed: 1,
    ...over,
    policy: { ...DEFAULT_POLICY, ...policy },
  };
}

function fails(tape: StableTape, asked: AaTerms, runs: number): FalseFail[] {
  return times(runs, (run) => splitRun(tape, asked, run)).flatMap((fail) => fail ?? []);
}

describe('a healthy half of stable', () => {
  // Over its budget, so that only the comparison protects it.
  const burning = tapeOf(buckets(rows(120, { canary: null, stable: [20, 1000] })));

  test('is failed in at most alpha of the runs, also where stable burns four times its budget', () => {
    // At a rate of 10% fewer than 46 of 300 fail but once in a thousand series.
    expect(fails(burning, terms({ share: 0.5 }, { alpha: 0.1, margin: 1 }), 300).length).toBeLessThan(46);
  });

  test('is failed for the whole or for a group, and for no group where policy only reports them', () => {
    const groups = Object.fromEntries(
      times(10, (index) => [`group ${String(index)}`, [null, [3, 60]] as const]),
    );
    const tape = tapeOf(buckets(rows(90, { groups })));
    // Alpha as large as it gets, so that there is something to see.
    const loose = terms(
      { grouped: true, share: 0.5 },
      { alpha: 0.1, margin: 1, 'breakdown.minBadBuckets': 1 },
    );
    const report = { ...loose, policy: { ...loose.policy, 'breakdown.onHarm': 'report' as const } };
    const some = [23, 24, 208, 251, 252];
    expect(some.map((run) => splitRun(tape, loose, run)?.where ?? null)).toEqual([
      'groups',
      null,
      'whole',
      'whole',
      null,
    ]);
    expect(some.map((run) => splitRun(tape, report, run)?.where ?? null)).toEqual([
      null,
      null,
      'whole',
      'whole',
      null,
    ]);
  });
});

describe('the inputs of a series', () => {
  const tape = tapeOf(buckets(rows(5, { canary: null, stable: [1, 100] })));
  const other = tapeOf(buckets(rows(5, { canary: null, stable: [2, 100] })));

  test('are the same for the same, in whatever order a policy is written', () => {
    const turned = Object.fromEntries(Object.entries(DEFAULT_POLICY).toReversed());
    expect(aaInputs(tape, terms())).toBe(
      aaInputs(tape, { ...terms(), policy: { ...DEFAULT_POLICY, ...turned } }),
    );
  });

  test.each<{ change: string; with: AaTerms; on: StableTape }>([
    { change: 'the counts', with: terms(), on: other },
    { change: 'the target', with: terms({ target: 0.99 }), on: tape },
    { change: 'the share', with: terms({ share: 0.2 }), on: tape },
    { change: 'the seed', with: terms({ seed: 2 }), on: tape },
    { change: 'the breakdown', with: terms({ grouped: true }), on: tape },
    { change: 'the policy', with: terms({}, { margin: 2 }), on: tape },
  ])('change with $change', ({ with: asked, on }) => {
    expect(aaInputs(on, asked)).not.toBe(aaInputs(tape, terms()));
  });
});

describe('the summary of a series', () => {
  const fail = (run: number, where: FalseFail['where'] = 'whole'): FalseFail => ({ run, looks: 5, where });

  test('is the rate with its exact interval', () => {
    expect(summarizeAa([fail(3), fail(70, 'groups')], 100, 0.01)).toEqual({
      runs: 100,
      failed: 2,
      whole: 1,
      groups: 1,
      rate: 0.02,
      // R: binom.test(2, 100)$conf.int
      interval: [expect.closeTo(0.002431337, 8), expect.closeTo(0.07038393, 7)],
      aboveAlpha: false,
    });
  });

  test('leaves out runs beyond those asked for', () => {
    expect(summarizeAa([fail(3), fail(70)], 50, 0.01)).toMatchObject({ runs: 50, failed: 1 });
  });

  test('says when more fail than alpha allows, beyond the interval', () => {
    const many = times(20, (run) => fail(run));
    expect(summarizeAa(many, 400, 0.01)?.aboveAlpha).toBe(true);
    expect(summarizeAa(many, 400, 0.05)?.aboveAlpha).toBe(false);
  });

  test('is none before the first run', () => {
    expect(summarizeAa([], 0, 0.01)).toBeNull();
  });
});
