import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ask,
  buckets,
  HEALTHY,
  IDLE,
  observe,
  rows,
  START,
  timestamp,
  type Row,
} from '../../test/statistics/scenes.ts';
import { explain, plain, rate } from './explain.ts';
import type { Observation } from './observation.ts';
import type { PolicyOverrides } from './policy.ts';
import { HOUR, MINUTE } from './units.ts';
import { decide, type Judgement, type Question } from './verdict.ts';

interface Terms {
  readonly question?: Partial<Omit<Question, 'policy'>>;
  readonly policy?: PolicyOverrides;
  readonly over?: Partial<Observation>;
  readonly slo?: string;
}

function sentence(given: readonly Row[], { question, policy, over, slo }: Terms = {}): string {
  const observation = observe(buckets(given), over);
  const asked = ask(question, policy);
  return explain(decide(asked, observation), {
    slo: slo ?? 'checkout',
    question: asked,
    observation,
    timestamp,
  });
}

const BROKEN_GROUP: Row = {
  groups: {
    'GET /a': [
      [0, 960],
      [1, 8800],
    ],
    'GET /b': [
      [20, 40],
      [0, 200],
    ],
  },
};

describe('the sentence', () => {
  test.each<readonly [code: string, given: readonly Row[], terms: Terms, parts: readonly string[]]>([
    [
      'no-harm',
      rows(30, HEALTHY),
      {},
      [
        'checkout: no harm seen: canary burns 0x its error budget (0% bad of 3000), stable 0.22x (0.11% bad of 27,000)',
        'window 10:00 to 10:30 UTC, data 2m old',
      ],
    ],
    [
      'harm-proven',
      rows(30, { canary: [20, 100], stable: [1, 900] }),
      {},
      ['canary burns 40.0x its error budget (20% bad of 3000)', 'stable 0.22x', 'harm proven at 10:01'],
    ],
    [
      'harm-proven after an hour of clean traffic',
      [...rows(60, HEALTHY), ...rows(30, { canary: [20, 100], stable: [1, 900] })],
      {},
      ['since 11:00 canary burns 40.0x its error budget (20% bad of', 'harm proven at 11:0'],
    ],
    [
      'group-harm-proven',
      rows(30, BROKEN_GROUP),
      { question: { grouped: true }, policy: { maxBurnRate: 10 } },
      ['harm proven at 10:02, in GET /b burns 100x (50% bad of 120); overall canary burns'],
    ],
    [
      'worse-within-budget',
      rows(120, { canary: [3, 1000], stable: [3, 9000] }),
      {},
      ['WARNING, worse than stable but inside the budget: canary burns 0.6x'],
    ],
    [
      'worse-within-budget, and not within the budget',
      rows(10, { canary: [7, 1000], stable: [3, 9000] }),
      {},
      ['WARNING, worse than stable but not proven to burn too fast: canary burns 1.4x'],
    ],
    ['too-few-events', rows(3, { canary: [0, 4], stable: [0, 36] }), {}, ['12 canary events, 50 are needed']],
    [
      'shared-degradation',
      rows(30, { canary: [20, 100], stable: [180, 900] }),
      {},
      ["shared incident, not proven the release's fault: in the last 15m canary burns 40.0x, stable 40.0x"],
    ],
    [
      'baking',
      rows(43, HEALTHY),
      { question: { mode: 'gate', minWindow: 2 * HOUR } },
      ['baking, 43 of 120 min'],
    ],
    ['proven-safe', rows(60, HEALTHY), { question: { mode: 'gate' } }, ['proven below 2x its error budget']],
    [
      'proven-not-worse',
      rows(60, { canary: [10, 1000], stable: [90, 9000] }),
      { question: { mode: 'gate' } },
      ['proven not twice as bad as stable'],
    ],
    [
      'unproven',
      rows(2, HEALTHY),
      { question: { mode: 'gate' } },
      ['not proven safe yet, about 214 more clean events, about 3 min at the current rate'],
    ],
    [
      'unproven, by the newest minutes alone',
      [...rows(60, HEALTHY), { canary: [2, 100], stable: [1, 900] }],
      { question: { mode: 'gate' } },
      ['not proven safe yet, the newest minutes alone do not prove it'],
    ],
    [
      'harm-suspected',
      [{ canary: [60, 100], stable: [1, 900] }],
      { question: { mode: 'gate' } },
      ['harm is suspected but not proven: canary burns'],
    ],
    [
      'harm-suspected, in a group',
      rows(2, BROKEN_GROUP),
      { question: { mode: 'gate', grouped: true }, policy: { maxBurnRate: 10 } },
      ['harm is suspected but not proven, in GET /b burns 100x'],
    ],
    ['idle', rows(30, IDLE), {}, ['neither canary nor stable had an event in the last 15m']],
    [
      'settling',
      [],
      { over: { lag: 3 * MINUTE } },
      ['no bucket is settled yet; counts settle 3m after they happen'],
    ],
    [
      'an earlier attempt of the same hash',
      rows(30, HEALTHY),
      { over: { earlierEnded: START - HOUR } },
      ['an earlier attempt of the same hash ended at 09:00 and is not counted'],
    ],
  ])('%s has its numbers', (_, given, terms, parts) => {
    const text = sentence(given, { ...terms, over: { dataAge: 2 * MINUTE, ...terms.over } });
    for (const part of parts) expect(text).toContain(part);
  });

  test('gives the date with the time where the window spans midnight', () => {
    expect(sentence(rows(15 * 60, HEALTHY))).toContain('window 2026-01-05T10:00 to 2026-01-06T01:00 UTC');
  });

  test.each(['watch', 'gate'] as const)('never hides a proof that the policy only reports: %s', (mode) => {
    const text = sentence(rows(30, BROKEN_GROUP), {
      question: { mode, grouped: true },
      policy: { maxBurnRate: 10, 'breakdown.onHarm': 'report' },
    });
    expect(text).toContain('WARNING, harm proven at 10:02, in GET /b burns 100x');
    expect(text).not.toContain('suspected');
  });

  test('never hides a proof behind an obstacle', () => {
    const text = sentence([...rows(30, BROKEN_GROUP), { flaw: 'canary: 5 bad of 3 total' }], {
      question: { grouped: true },
      policy: { maxBurnRate: 10, 'breakdown.onHarm': 'inconclusive' },
    });
    expect(text).toContain('contradict themselves in 1 of 31 buckets');
    expect(text).toContain('harm proven at 10:02, in GET /b');
  });
});

describe('whatever the names, the sentence', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 2000, size: 'max' });
  const harmless = (text: string): boolean =>
    text.length < 900 && !/[<>&\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);

  test('stays below 900 characters, without markup or control characters, for every verdict', () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.constantFrom(0, 20),
        fc.constantFrom<Question['mode']>('watch', 'gate'),
        fc.constantFrom('fail' as const, 'inconclusive' as const, 'report' as const),
        fc.boolean(),
        (group, slo, bad, mode, onHarm, flawed) => {
          const groups: Record<string, readonly [readonly [number, number], readonly [number, number]]> = {
            [group]: [
              [bad, 40],
              [0, 200],
            ],
            [`${group} again`]: [
              [bad, 40],
              [0, 200],
            ],
            [`${group} and again`]: [
              [bad, 40],
              [0, 200],
            ],
            fine: [
              [0, 900],
              [1, 8800],
            ],
          };
          const flaw: Row = { flaw: `canary ${group}: 5 bad of 3 total` };
          return harmless(
            sentence(flawed ? [...rows(9, { groups }), flaw] : rows(9, { groups }), {
              slo,
              question: { mode, grouped: true },
              policy: { maxBurnRate: 30, 'breakdown.onHarm': onHarm },
            }),
          );
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  test('is cut between characters', () => {
    const text = sentence(
      rows(30, {
        groups: {
          ['😀'.repeat(100)]: [
            [20, 40],
            [0, 200],
          ],
        },
      }),
      {
        question: { grouped: true },
        policy: { maxBurnRate: 10 },
      },
    );
    expect(text).toContain('in 😀');
    expect(text).toContain('😀… burns');
    expect(text.isWellFormed()).toBe(true);
  });
});

test('plain text has neither markup nor control characters', () => {
  expect(plain('a<b>&c\u0000\u001b[31m\u2028d\ud800')).toBe('abc  [31m d ');
});

test.each([
  [null, 'an unknown multiple of'],
  [0, '0x'],
  [0.0049, '0x'],
  [0.256, '0.26x'],
  [1, '1x'],
  [14.23, '14.2x'],
  [99.999_999, '100x'],
  [147.9, '148x'],
])('a burn rate of %d reads %s', (burn, text) => {
  expect(rate(burn)).toBe(text);
});

test('a judgement whose obstacle is missing still has a word for it', () => {
  const observation = observe(buckets(rows(3, HEALTHY)));
  const judgement: Judgement = { ...decide(ask(), observation), code: 'coverage', obstacle: null };
  expect(explain(judgement, { slo: 's', question: ask(), observation, timestamp })).toContain('s: coverage');
});
