import { describe, expect, test } from 'vitest';
import { ask, buckets, HEALTHY, HOLE, observe, rows, times, type Row } from '../../test/statistics/scenes.ts';
import type { PolicyOverrides } from './policy.ts';
import { HOUR } from './units.ts';
import { decide, type Judgement, type Question } from './verdict.ts';

function judge(
  given: readonly Row[],
  over: Partial<Omit<Question, 'policy'>> = {},
  policy: PolicyOverrides = {},
): Judgement {
  return decide(ask(over, policy), observe(buckets(given)));
}

const HEALTHY_GROUPS: Row = {
  groups: {
    'GET /a': [
      [0, 60],
      [1, 600],
    ],
    'GET /b': [
      [0, 40],
      [0, 300],
    ],
  },
};

/** One bad minute of a group: too young for a fail, too bad to be passed by. */
const BAD_MINUTE: Row = {
  groups: {
    'GET /a': [
      [0, 60],
      [1, 600],
    ],
    'GET /b': [
      [38, 40],
      [0, 300],
    ],
  },
};

/** Both cohorts burn forty times their budget. */
const INCIDENT: Row = { canary: [20, 100], stable: [180, 900] };

describe('groups in a judgement', () => {
  test('are listed only where they matter', () => {
    expect(judge(rows(30, HEALTHY_GROUPS), { grouped: true }).groups).toEqual([]);
    expect(
      judge(rows(2, BAD_MINUTE), { grouped: true }, { maxBurnRate: 10 }).groups.map(({ group }) => group),
    ).toEqual(['GET /b']);
  });

  test.each(['fail', 'inconclusive', 'report'] as const)(
    'that are healthy pass, whatever is done about harmed ones: %s',
    (onHarm) => {
      expect(
        judge(rows(30, HEALTHY_GROUPS), { grouped: true }, { 'breakdown.onHarm': onHarm }),
      ).toMatchObject({ verdict: 'pass', code: 'no-harm' });
    },
  );

  test.each([
    ['fail', 'harm-suspected'],
    ['inconclusive', 'harm-suspected'],
    // Who only wants harm in groups reported does not want to be held by a suspicion of it.
    ['report', 'proven-safe'],
  ] as const)('that are suspected hold a gate back, where harm in them means %s: %s', (onHarm, code) => {
    const policy: PolicyOverrides = {
      maxBurnRate: 10,
      safeBurnRate: 30,
      minBadBuckets: 3,
      'breakdown.onHarm': onHarm,
    };
    // Two bad minutes of the three that a fail needs, of the whole or of a group.
    const given = [...rows(2, BAD_MINUTE), ...rows(10, HEALTHY_GROUPS)];
    expect(judge(given, { grouped: true, mode: 'gate' }, policy).code).toBe(code);
  });
});

describe('a shared incident', () => {
  test('that the policy passes does not let a gate pass that has not baked', () => {
    const policy: PolicyOverrides = { onSharedDegradation: 'pass' };
    const gate = (minWindow: number) => judge(rows(30, INCIDENT), { mode: 'gate', minWindow }, policy);
    expect(gate(HOUR)).toMatchObject({ verdict: 'inconclusive', code: 'baking' });
    expect(gate(HOUR / 2)).toMatchObject({ verdict: 'pass', code: 'shared-degradation' });
  });

  test('is told whether or not a gate has baked, where it passes nothing', () => {
    expect(judge(rows(30, INCIDENT), { mode: 'gate', minWindow: HOUR })).toMatchObject({
      verdict: 'inconclusive',
      code: 'shared-degradation',
    });
  });

  test('is told past holes and minutes that only one cohort has', () => {
    const mixed: Row[] = [
      ...rows(20, INCIDENT),
      HOLE,
      { canary: null, stable: [180, 900] },
      INCIDENT,
      { canary: [20, 100], stable: null },
      INCIDENT,
    ];
    expect(judge(mixed).code).toBe('shared-degradation');
  });

  test('on top of a canary that is worse inside its budget is not the incident’s verdict but a warning', () => {
    const worse = times(120, (): Row => ({ canary: [3, 1000], stable: [3, 9000] }));
    const incident = rows(15, { canary: [46, 1000], stable: [280, 9000] });
    expect(judge(worse).code).toBe('worse-within-budget');
    const judged = judge([...worse, ...incident]);
    expect(judged.figures.recentBurn.canary).toBeGreaterThan(6);
    expect(judged.figures.recentBurn.stable).toBeGreaterThan(6);
    expect(judged).toMatchObject({ verdict: 'pass', code: 'worse-within-budget' });
  });
});

describe('a gate', () => {
  test('needs the proof on the whole window, not on its newest part alone', () => {
    // Forty minutes at twice the burn that a pass rules out, then clean ones.
    const bad: Row = { canary: [20, 1000], stable: [10, 1000] };
    const clean: Row = { canary: [0, 1000], stable: [0, 1000] };
    const patient: PolicyOverrides = { maxBurnRate: 10, margin: 3 };
    const judged = judge([...rows(40, bad), ...rows(12, clean)], { mode: 'gate' }, patient);
    const needed = -Math.log(ask().policy.beta);
    expect(judged.safety?.recentLog).toBeGreaterThan(needed);
    expect(judged.safety?.log).toBeLessThan(needed);
    expect(judged).toMatchObject({ verdict: 'inconclusive', code: 'unproven' });
  });
});

test('a healthy minute passes a watch', () => {
  expect(judge(rows(1, HEALTHY)).code).toBe('no-harm');
});
