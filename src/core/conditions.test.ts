import { describe, expect, test } from 'vitest';
import { ask, buckets, HEALTHY, HOLE, IDLE, observe, rows, type Row } from '../../test/statistics/scenes.ts';
import { findObstacle, percent, type Obstacle } from './conditions.ts';
import type { Circumstances } from './observation.ts';
import type { PolicyOverrides } from './policy.ts';
import { Stretch } from './stretch.ts';
import { HOUR, MINUTE, SECOND } from './units.ts';

interface Terms {
  readonly policy?: PolicyOverrides;
  readonly weight?: number;
  readonly over?: Partial<Circumstances>;
}

function obstacle(given: readonly Row[], { policy = {}, weight, over = {} }: Terms = {}): Obstacle | null {
  const list = buckets(given);
  const question = ask({ weight: weight ?? null }, policy);
  return findObstacle(observe(list, over), Stretch.of(list, MINUTE), question);
}

type Case = [situation: string, code: string | null, given: readonly Row[], terms?: Terms];

const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
const CANARY_ONLY: Row = { canary: [0, 100], stable: null };
const FLAWED: Row = { flaw: 'canary: 5 bad of 3 total' };

describe('what keeps the counts from being judged', () => {
  test.each<Case>([
    ['nothing', null, rows(30, HEALTHY)],
    ['no bucket is settled yet', 'settling', []],
    ['the newest counts lie ahead of our clock', 'clock-skew', rows(30, HEALTHY), { over: { ahead: true } }],
    ['no data of either cohort at all', 'no-data', rows(30, HOLE)],
    ['counts contradict themselves now', 'partial', [...rows(100, HEALTHY), FLAWED]],
    ['they did so long ago', null, [...rows(50, HEALTHY), FLAWED, ...rows(50, HEALTHY)]],
    [
      'they did so long ago, in more buckets than may lack data',
      'partial',
      [...rows(21, FLAWED), ...rows(79, HEALTHY)],
    ],
    [
      'the newest count is older than lag, bridge and bucket together',
      'stale-data',
      rows(30, HEALTHY),
      { over: { lag: 2 * MINUTE, dataAge: 8 * MINUTE + SECOND } },
    ],
    [
      'it is not older than that',
      null,
      rows(30, HEALTHY),
      { over: { lag: 2 * MINUTE, dataAge: 8 * MINUTE } },
    ],
    ['a fifth of the buckets has no data', null, [...rows(20, HOLE), ...rows(80, HEALTHY)]],
    ['more than a fifth of them', 'coverage', [...rows(21, HOLE), ...rows(79, HEALTHY)]],
    ['more than the policy allows', 'coverage', [HOLE, ...rows(30, HEALTHY)], { policy: { minCoverage: 1 } }],
    ['neither cohort has events now', 'idle', [...rows(100, HEALTHY), ...rows(15, IDLE)]],
    ['both had some 15 minutes ago', null, [...rows(100, HEALTHY), ...rows(14, IDLE)]],
    ['the canary was never seen', 'canary-silent', rows(30, STABLE_ONLY), { over: { canarySeen: false } }],
    ['neither was the stable, in these minutes', 'idle', rows(30, IDLE), { over: { canarySeen: false } }],
    [
      '30 canary events were expected and none seen',
      'canary-silent',
      [...rows(30, HEALTHY), STABLE_ONLY],
      { over: { silentExpected: 30 } },
    ],
    ['29 were', null, [...rows(30, HEALTHY), STABLE_ONLY], { over: { silentExpected: 29 } }],
    ['the canary has its declared weight', null, rows(30, HEALTHY), { weight: 0.1 }],
    ['it has less than half of it', 'traffic-missing', rows(30, HEALTHY), { weight: 0.25 }],
    ['it has nothing of it', 'traffic-missing', rows(30, STABLE_ONLY), { weight: 0.1 }],
    ['it has just half of it', null, rows(30, HEALTHY), { weight: 0.2 }],
    ['it has far more', 'traffic-excess', rows(30, HEALTHY), { weight: 0.01 }],
    // Twice the weight is 300 of the newest 3000 events; four standard deviations of 150 are 49.
    [
      'it has twice as much, and a little that chance explains',
      null,
      rows(3, { canary: [0, 116], stable: [0, 884] }),
      { weight: 0.05 },
    ],
    [
      'it has twice as much, and more than chance explains',
      'traffic-excess',
      rows(3, { canary: [0, 117], stable: [0, 883] }),
      { weight: 0.05 },
    ],
    ['it has as much traffic as stable', null, rows(30, { canary: [0, 500], stable: [1, 500] })],
    [
      'its share cannot be told from so few events',
      null,
      rows(30, { canary: [0, 0], stable: [0, 30] }),
      { weight: 0.25 },
    ],
    ['only two buckets say so', null, [...rows(2, STABLE_ONLY)], { weight: 0.25 }],
    [
      'stable is gone from the canary’s last three buckets',
      'no-baseline',
      [...rows(30, HEALTHY), ...rows(3, CANARY_ONLY)],
    ],
    ['it was there in one of them', null, [...rows(30, HEALTHY), ...rows(2, CANARY_ONLY)]],
    ['there never was a stable', 'no-baseline', [CANARY_ONLY]],
    [
      'stable is draining: below 2% of the traffic',
      'no-baseline',
      rows(3, { canary: [0, 982], stable: [0, 18] }),
    ],
    ['it is not: 2% of the traffic', null, rows(3, { canary: [0, 980], stable: [0, 20] })],
    [
      'there never was a stable, and the policy judges without',
      null,
      rows(30, CANARY_ONLY),
      { policy: { onMissingStable: 'absolute' } },
    ],
  ])('%s: %s', (_, code, given, terms) => {
    expect(obstacle(given, terms)?.code ?? null).toBe(code);
  });

  test.each<readonly [first: string, second: string, given: readonly Row[], terms: Terms]>([
    ['clock-skew', 'partial', rows(3, FLAWED), { over: { ahead: true } }],
    ['partial', 'no-data', rows(3, FLAWED), {}],
    ['partial', 'stale-data', rows(3, FLAWED), { over: { dataAge: HOUR } }],
    ['stale-data', 'coverage', [...rows(10, HOLE), HEALTHY], { over: { dataAge: HOUR } }],
    ['coverage', 'idle', [...rows(30, HOLE), ...rows(15, IDLE)], {}],
    ['canary-silent', 'traffic-missing', rows(30, STABLE_ONLY), { weight: 0.5, over: { canarySeen: false } }],
    ['traffic-excess', 'no-baseline', rows(30, CANARY_ONLY), { weight: 0.1 }],
  ])('%s is told before %s', (first, _, given, terms) => {
    expect(obstacle(given, terms)?.code).toBe(first);
  });
});

describe('a hole is not idleness', () => {
  test('minutes without data are never told as minutes without events', () => {
    const outage = [...rows(105, HEALTHY), ...rows(14, HOLE), IDLE];
    expect(obstacle(outage)?.code).toBe('coverage');
  });

  test('idleness is told where most of the newest minutes have data', () => {
    const night = [...rows(105, HEALTHY), ...rows(3, HOLE), ...rows(12, IDLE)];
    expect(obstacle(night)?.code).toBe('idle');
  });
});

test('a canary that fell silent while stable was busy stays silent, also when the night comes', () => {
  const given = [...rows(30, HEALTHY), ...rows(5, STABLE_ONLY), ...rows(20, IDLE)];
  expect(obstacle(given, { over: { silentExpected: 500 } })?.code).toBe('canary-silent');
});

describe('the text of an obstacle', () => {
  test.each<readonly [given: readonly Row[], terms: Terms, parts: readonly string[]]>([
    [[...rows(30, HEALTHY), FLAWED], {}, ['1 of 31 buckets', '5 bad of 3 total']],
    [[...rows(30, HOLE), ...rows(60, HEALTHY)], {}, ['60 of 90 buckets', '72 are needed']],
    [rows(30, HEALTHY), { over: { dataAge: HOUR, lag: 2 * MINUTE } }, ['1h old', 'settling lag is 2m']],
    [rows(30, IDLE), {}, ['last 15m']],
    [rows(30, HEALTHY), { weight: 0.25 }, ['10% of the traffic', 'declared weight is 25%']],
    [rows(30, HEALTHY), { over: { silentExpected: 123.4 } }, ['about 123 events']],
    [
      rows(30, { canary: null, stable: [0, 900.333] }),
      { over: { canarySeen: false } },
      ['stable had 13505 in the last 15m'],
    ],
    [
      rows(30, HEALTHY),
      { over: { ahead: true } },
      [
        'the newest counts lie ahead of our clock; compare the clocks (NTP) of Burngate and the metrics source',
      ],
    ],
    [rows(30, HOLE), {}, ['no data for either cohort in 30 buckets']],
    [
      [...rows(105, HEALTHY), ...rows(14, HOLE), IDLE],
      {},
      ['only 1 of the newest 15 buckets have data, and no events are in them'],
    ],
    [rows(30, HEALTHY), { weight: 0.01 }, ['mirrored traffic must not carry its label']],
    [
      rows(3, CANARY_ONLY),
      {},
      ['stable has no traffic to compare with in the last 3 buckets of the canary; check its hash and label'],
    ],
    // The newest contradiction is what somebody can still look up.
    [
      [FLAWED, ...rows(30, HEALTHY), { flaw: 'stable: 9 bad of 8 total' }],
      {},
      ['2 of 32', '9 bad of 8 total'],
    ],
    [[...rows(21, FLAWED), ...rows(79, HEALTHY)], {}, ['21 of 100', '5 bad of 3 total']],
  ])('has its numbers', (given, terms, parts) => {
    const text = obstacle(given, terms)?.text ?? '';
    for (const part of parts) expect(text).toContain(part);
  });
});

test.each([
  [0, '0%'],
  [0.1, '10%'],
  [0.071428, '7.1%'],
  [0.000111, '0.011%'],
  [0.99995, '100%'],
  [1, '100%'],
])('the ratio %d reads %s', (ratio, text) => {
  expect(percent(ratio)).toBe(text);
});
