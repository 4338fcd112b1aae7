import { describe, expect, test } from 'vitest';
import { ask, observe } from '../../test/statistics/scenes.ts';
import { FIRST_LOOK, timeToGroupHarm, timeToHarm, timeToPass, type Run } from './plan-runs.ts';
import { Schedule, SimulatedTraffic, type Scene } from './plan-traffic.ts';
import { seeded } from './stats/random.ts';
import { HOUR, MINUTE } from './units.ts';
import { decide } from './verdict.ts';

const LAG = 2 * MINUTE;

/** A busy service whose canary is as healthy as stable; half of the traffic is the canary's. */
function scene(over: Partial<Scene> = {}, weight = 0.5): Scene {
  return {
    schedule: new Schedule([{ weight, dwell: HOUR }]),
    eventsPerMinute: 60_000,
    canaryBad: 0.001,
    stableBad: 0.001,
    ...over,
  };
}

function run(over: Partial<Run> = {}): Run {
  return { question: ask(), scene: scene(), lag: LAG, random: seeded(1, 0), ...over };
}

const BROKEN = scene({ canaryBad: 0.5 });

describe('the time to a fail', () => {
  test('is that of the first look, three minutes after the lag, however clear the harm', () => {
    expect(timeToHarm(run({ scene: BROKEN }), HOUR)).toBe(LAG + FIRST_LOOK);
    expect(timeToHarm(run({ scene: BROKEN, lag: 0 }), HOUR)).toBe(3 * MINUTE);
  });

  test('is none where the release ends before the look', () => {
    expect(timeToHarm(run({ scene: BROKEN }), LAG + FIRST_LOOK)).toBe(LAG + FIRST_LOOK);
    expect(timeToHarm(run({ scene: BROKEN }), LAG + FIRST_LOOK - 1)).toBeNull();
  });

  test('is none for a canary as healthy as stable', () => {
    expect(timeToHarm(run(), HOUR)).toBeNull();
  });

  test('waits for as many buckets with bad events as the policy wants', () => {
    const question = ask({}, { minBadBuckets: 8 });
    expect(timeToHarm(run({ scene: BROKEN, question }), HOUR)).toBe(LAG + 8 * MINUTE);
  });
});

describe('the time to a fail by one group', () => {
  const question = ask({ grouped: true });
  // One of 1000 groups fails completely: a thousandth of the canary's events, a fifth of its budget.
  const broken = scene({ canaryBad: 1, stableBad: 0 });

  test('is the third bucket in which that group fails, though the whole stays inside its budget', () => {
    expect(timeToHarm(run({ scene: { ...broken, canaryBad: 0.001 }, question }), HOUR)).toBeNull();
    expect(timeToGroupHarm(run({ scene: broken, question }), 1000, HOUR)).toBe(LAG + 3 * MINUTE);
    const patient = ask({ grouped: true }, { 'breakdown.minBadBuckets': 7 });
    expect(timeToGroupHarm(run({ scene: broken, question: patient }), 1000, HOUR)).toBe(LAG + 7 * MINUTE);
  });

  test('is that of the whole where the group is much of it', () => {
    const patient = ask({ grouped: true }, { 'breakdown.minBadBuckets': 100 });
    expect(timeToGroupHarm(run({ scene: broken, question: patient }), 2, HOUR)).toBe(LAG + 3 * MINUTE);
  });

  test('is that of the whole, which has the traffic of all groups together', () => {
    const patient = ask({ grouped: true }, { 'breakdown.minBadBuckets': 100 });
    const alone = scene({ canaryBad: 0.01, stableBad: 0.001 });
    // One group that is the whole service burns two; a hundredth that fails completely does so too.
    expect(timeToGroupHarm(run({ scene: alone, question: patient }), 1, HOUR)).toBe(LAG + 3 * MINUTE);
    expect(timeToGroupHarm(run({ scene: broken, question: patient }), 100, HOUR)).toBe(LAG + 3 * MINUTE);
  });

  test('leaves the other groups healthy', () => {
    const healthy = scene({ canaryBad: 0.001, stableBad: 0.001 });
    expect(timeToGroupHarm(run({ scene: healthy, question }), 4, HOUR)).toBeNull();
    // All traffic but a millionth is that of the others, and they are as stable is.
    const rare = scene({ canaryBad: 1, stableBad: 0.001 });
    expect(timeToGroupHarm(run({ scene: rare, question }), 1e6, 30 * MINUTE)).toBeNull();
  });

  test('is none where no stable is left to compare with', () => {
    const alone = scene({ canaryBad: 1, stableBad: 0 }, 1);
    expect(timeToGroupHarm(run({ scene: alone, question }), 10, 30 * MINUTE)).toBeNull();
  });

  test('takes longer the smaller its prior weight among many', () => {
    const few = scene({ canaryBad: 1, stableBad: 0, eventsPerMinute: 4000 });
    const many = { ...few, eventsPerMinute: 400_000 };
    // The group has the same traffic in both.
    const one = timeToGroupHarm(run({ scene: few, question }), 400, HOUR) ?? Infinity;
    const other = timeToGroupHarm(run({ scene: many, question }), 40_000, HOUR) ?? Infinity;
    expect(other).toBeGreaterThan(one);
  });
});

describe('the time to a pass', () => {
  const gate = { start: 0, looks: 60 };

  test('is that of the first look where there is traffic enough', () => {
    expect(timeToPass(run(), gate)).toEqual({ time: LAG + FIRST_LOOK, route: 'proven-safe' });
    expect(timeToPass(run(), { ...gate, start: 10 * MINUTE })?.time).toBe(LAG + 13 * MINUTE);
  });

  test('names the comparison where stable itself burns what a pass rules out', () => {
    const near = scene({ canaryBad: 0.01, stableBad: 0.01 });
    const question = ask({}, { maxBurnRate: 4 });
    expect(timeToPass(run({ scene: near, question }), gate)).toMatchObject({ route: 'proven-not-worse' });
  });

  test('is none without a look, and for a canary that burns what a pass rules out', () => {
    expect(timeToPass(run(), { ...gate, looks: 0 })).toBeNull();
    expect(timeToPass(run({ scene: BROKEN }), { ...gate, looks: 10 })).toBeNull();
  });

  test('comes at the first look at which the judge passes what has settled by then, and not without that look', () => {
    const slow = scene({ canaryBad: 0, stableBad: 0, eventsPerMinute: 60 });
    const pass = timeToPass(run({ scene: slow }), gate);
    const looks = ((pass?.time ?? NaN) - LAG - FIRST_LOOK) / MINUTE + 1;
    expect(looks).toBeGreaterThan(5);
    expect(timeToPass(run({ scene: slow }), { ...gate, looks })).toEqual(pass);
    expect(timeToPass(run({ scene: slow }), { ...gate, looks: looks - 1 })).toBeNull();

    const traffic = new SimulatedTraffic(slow, seeded(1, 0));
    const settled = Math.floor((traffic.offset + FIRST_LOOK + (looks - 1) * MINUTE) / MINUTE);
    const buckets = Array.from({ length: settled }, () => traffic.next());
    const question = ask({ mode: 'gate' });
    expect(decide(question, observe(buckets)).code).toBe(pass?.route);
    expect(decide(question, observe(buckets.slice(0, -1))).code).toBe('unproven');
  });
});
