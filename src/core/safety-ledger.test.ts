import { describe, expect, test } from 'vitest';
import { buckets, rows, START, times, type Row } from '../../test/statistics/scenes.ts';
import { sampleBinomial } from './stats/binomial.ts';
import { seeded } from './stats/random.ts';
import { SafetyLedger, type SafetyEvidence } from './safety-ledger.ts';
import { MINUTE } from './units.ts';

const NEEDED = Math.log(20);
/** 1%: a gate at its defaults for an SLO of 99.5%. */
const TERMS = { safeBurnRate: 2, budget: 0.005, beta: 0.05 };

function evidence(given: readonly Row[], terms = TERMS): SafetyEvidence {
  const ledger = new SafetyLedger(terms.safeBurnRate, terms.budget, terms.beta);
  for (const bucket of buckets(given)) ledger.absorb(bucket);
  const found = ledger.evidence();
  if (found === null) throw new Error('a ledger that absorbed a bucket has evidence');
  return found;
}

const recentMinutes = (given: readonly Row[]): number =>
  given.length - (evidence(given).recentFrom - START) / MINUTE;

describe('evidence for a pass', () => {
  test('is not there before the first bucket', () => {
    expect(new SafetyLedger(2, 0.005, 0.05).evidence()).toBeNull();
  });

  test.each([5, 10, 20, 41, 43, 70, 500])(
    'comes sooner or later for a canary without a single bad event at %d events a minute',
    (rate) => {
      const found = evidence(rows(240, { canary: [0, rate], stable: [0, 9 * rate] }));
      expect(found.log).toBeGreaterThan(NEEDED);
      expect(found.recentLog).toBeGreaterThan(NEEDED);
    },
  );

  test.each([1e-9, 0.001, 0.2])('comes so for every beta that a policy may ask: %d', (beta) => {
    const given = rows(1000, { canary: [0, 10], stable: [0, 90] });
    const found = evidence(given, { ...TERMS, beta });
    expect(found.recentLog).toBeGreaterThan(-Math.log(beta));
  });

  test('uses the comparison with stable where stable burns too', () => {
    const found = evidence(rows(60, { canary: [10, 1000], stable: [90, 9000] }));
    expect(found.logSafe).toBeLessThan(0);
    expect(found.logNotWorse).toBeGreaterThan(NEEDED);
    expect(found.log).toBeCloseTo(found.logNotWorse - Math.LN2, 6);
  });

  test('comes from the canary’s own counts alone where there is no stable', () => {
    const found = evidence(rows(60, { canary: [0, 100], stable: null }));
    expect(found.logNotWorse).toBe(0);
    expect(found.log).toBeGreaterThan(NEEDED);
  });
});

describe('the newest part', () => {
  test('is ten minutes where traffic suffices', () => {
    expect(recentMinutes(rows(60, { canary: [0, 100], stable: [0, 900] }))).toBe(10);
  });

  test('reaches further back until it holds enough events to prove anything', () => {
    const minutes = recentMinutes(rows(200, { canary: [0, 10], stable: [0, 90] }));
    expect(minutes).toBeGreaterThanOrEqual(40);
    expect(minutes).toBeLessThan(45);
  });

  test('never reaches back over a step of the canary’s weight', () => {
    const given = [
      ...rows(30, { canary: [0, 100], stable: [0, 900] }),
      ...rows(4, { canary: [0, 250], stable: [0, 750] }),
    ];
    expect(recentMinutes(given)).toBe(4);
  });

  test('reaches back over noise in the canary’s share', () => {
    const noisy = times(30, (i): Row => ({ canary: [0, 100 + ((i * 37) % 21) - 10], stable: [0, 900] }));
    expect(recentMinutes(noisy)).toBe(10);
  });

  test('holds 4 events over the limit at least, also where a larger beta needs fewer clean ones', () => {
    // Against 1% and a beta of 0.2, 265 clean events would do.
    const found = evidence(rows(200, { canary: [0, 10], stable: [0, 90] }), { ...TERMS, beta: 0.2 });
    expect(200 - (found.recentFrom - START) / MINUTE).toBe(40);
  });

  test.each([
    // Five standard errors of the difference of two shares, from 100 of 1000: 0.0773.
    ['of noise', { canary: [0, 177], stable: [0, 823] }, { canary: [0, 100], stable: [0, 900] }, false],
    ['more than noise', { canary: [0, 178], stable: [0, 822] }, { canary: [0, 100], stable: [0, 900] }, true],
    ['down, of noise', { canary: [0, 100], stable: [0, 900] }, { canary: [0, 177], stable: [0, 823] }, false],
    ['down', { canary: [0, 100], stable: [0, 900] }, { canary: [0, 178], stable: [0, 822] }, true],
    // Beyond all noise, but no weight that anybody would set.
    [
      'of less than 1.3',
      { canary: [0, 129e3], stable: [0, 871e3] },
      { canary: [0, 1e5], stable: [0, 9e5] },
      false,
    ],
    [
      'of more than 1.3',
      { canary: [0, 131e3], stable: [0, 869e3] },
      { canary: [0, 1e5], stable: [0, 9e5] },
      true,
    ],
    // Three times as much, of next to nothing.
    ['of three in ten', { canary: [0, 3], stable: [0, 7] }, { canary: [0, 1], stable: [0, 9] }, false],
  ] satisfies readonly (readonly [string, Row, Row, boolean])[])(
    'sees in a change of the share %s a step or none',
    (_, newest, before, isStep) => {
      expect(recentMinutes([...rows(30, before), newest]) === 1).toBe(isStep);
    },
  );

  test('reaches back over minutes that had no events', () => {
    const idle: Row = { canary: null, stable: [0, 0] };
    const given = [
      ...rows(30, { canary: [0, 100], stable: [0, 900] }),
      idle,
      { canary: [0, 100], stable: [0, 900] } as Row,
    ];
    expect(recentMinutes(given)).toBe(10);
  });

  test('does not let a clean hour vouch for a canary that has just gone bad', () => {
    const given = [
      ...rows(60, { canary: [0, 1000], stable: [0, 9000] }),
      ...rows(5, { canary: [15, 1000], stable: [0, 9000] }),
    ];
    const found = evidence(given);
    expect(found.log).toBeGreaterThan(NEEDED);
    expect(found.recentLog).toBeLessThan(NEEDED);
  });

  test('is the same however long the window before it was', () => {
    const end = times(60, (i): Row => ({ canary: [i % 3, 300], stable: [i % 7, 2700] }));
    const long = evidence([...rows(2000, { canary: [0, 300], stable: [0, 2700] }), ...end]);
    expect(long.recentLog).toBeCloseTo(evidence(end).recentLog, 9);
  });
});

describe('groups', () => {
  test('of another mix are no inferiority', () => {
    const mixed: Row = {
      groups: {
        fast: [
          [14, 7000],
          [144, 72_000],
        ],
        slow: [
          [60, 3000],
          [360, 18_000],
        ],
      },
    };
    expect(evidence(rows(30, mixed)).logNotWorse).toBeGreaterThan(NEEDED);
  });

  test('are compared each with its own stable, so that a lighter mix hides no inferiority', () => {
    const hidden: Row = {
      groups: {
        fast: [
          [60, 10_000],
          [72, 36_000],
        ],
        slow: [
          [30, 500],
          [1080, 54_000],
        ],
      },
    };
    expect(evidence(rows(30, hidden)).logNotWorse).toBeLessThan(0);
  });

  test('that stable does not have cannot be slipped past the comparison', () => {
    // Renamed routes: what both serve is as good as before, what only the canary serves fails.
    const renamed: Row = {
      groups: {
        kept: [
          [5, 500],
          [90, 9000],
        ],
        'renamed v2': [[475, 500], null],
        'renamed v1': [null, [90, 9000]],
      },
    };
    const found = evidence(rows(60, renamed));
    expect(found.logSafe).toBeLessThan(0);
    expect(found.log).toBeLessThan(NEEDED);
    expect(found.recentLog).toBeLessThan(NEEDED);
  });
});

describe('a canary that has just gone bad', () => {
  /** Minutes after the fault in which the gate's evidence still passes. */
  function stillPassing(share: number, healthy: number, faulty: number): number {
    const random = seeded(77);
    const ledger = new SafetyLedger(2, 0.005, 0.05);
    const take = (minute: number, chance: number): void => {
      const canary = sampleBinomial(random, 3000 * share, chance);
      const stable = sampleBinomial(random, 3000 * (1 - share), healthy);
      ledger.absorb({
        time: minute * 60_000,
        canary: { good: 3000 * share - canary, bad: canary },
        stable: { good: 3000 * (1 - share) - stable, bad: stable },
      });
    };
    for (let minute = 0; minute < 60; minute += 1) take(minute, healthy);
    expect(ledger.evidence()?.worsening).toBe(false);
    for (let minute = 60; minute < 90; minute += 1) {
      take(minute, faulty);
      if (ledger.evidence()?.worsening === true) return minute - 60;
    }
    return 30;
  }

  test.each([
    { burn: 3, share: 0.1 },
    { burn: 3, share: 0.5 },
    { burn: 10, share: 0.05 },
  ])(
    'is held back within two minutes: burn $burn at a share of $share after a clean hour',
    ({ burn, share }) => {
      expect(stillPassing(share, 0.0005, burn * 0.005)).toBeLessThanOrEqual(2);
    },
  );

  test('is held back no longer once its newest minutes are clean again', () => {
    const ledger = new SafetyLedger(2, 0.005, 0.05);
    const minute = (time: number, bad: number) => ({
      time: time * 60_000,
      canary: { good: 300 - bad, bad },
      stable: { good: 2700, bad: 0 },
    });
    for (let time = 0; time < 30; time += 1) ledger.absorb(minute(time, 0));
    for (let time = 30; time < 33; time += 1) ledger.absorb(minute(time, 12));
    expect(ledger.evidence()?.worsening).toBe(true);
    for (let time = 33; time < 40; time += 1) ledger.absorb(minute(time, 0));
    expect(ledger.evidence()?.worsening).toBe(false);
  });

  /** Whether the gate's evidence calls the canary worsening after these minutes. */
  function worsens(given: readonly Row[]): boolean {
    return evidence(given).worsening;
  }

  test('is seen where there is no stable', () => {
    expect(worsens(rows(30, { canary: [0, 300], stable: null }))).toBe(false);
    expect(
      worsens([
        ...rows(30, { canary: [0, 300], stable: null }),
        ...rows(3, { canary: [12, 300], stable: null }),
      ]),
    ).toBe(true);
  });

  test('is excused by what stable does now, not by what it did before its last five minutes', () => {
    const incident: Row = { canary: [9, 300], stable: [81, 2700] };
    const alone: Row = { canary: [9, 300], stable: [0, 2700] };
    expect(worsens([...rows(30, { canary: [0, 300], stable: [0, 2700] }), ...rows(10, incident)])).toBe(
      false,
    );
    expect(worsens([...rows(60, incident), ...rows(8, alone)])).toBe(true);
  });
});
