import { describe, expect, test } from 'vitest';
import {
  BROKEN_GROUP,
  BURNING,
  WORSE,
  absolute,
  gate,
  grouped,
  judge,
  lenient,
  type LawRow,
} from '../../test/statistics/law.ts';
import { HEALTHY, rows } from '../../test/statistics/scenes.ts';
import { HOUR, MINUTE } from './units.ts';

describe('the law', () => {
  describe.each<LawRow>([
    {
      row: '6. a gate passes only what is proven',
      cases: [
        ['safe', 'pass', 'proven-safe', rows(60, HEALTHY), { question: gate }],
        [
          'not worse, where stable burns too',
          'pass',
          'proven-not-worse',
          rows(60, { canary: [10, 1000], stable: [90, 9000] }),
          { question: gate },
        ],
        [
          'not before it has baked',
          'inconclusive',
          'baking',
          rows(59, HEALTHY),
          { question: { ...gate, minWindow: HOUR } },
        ],
        ['but then', 'pass', 'proven-safe', rows(60, HEALTHY), { question: { ...gate, minWindow: HOUR } }],
        ['not on too few events', 'inconclusive', 'unproven', rows(3, HEALTHY), { question: gate }],
        [
          'unless the policy says so',
          'pass',
          'unproven',
          rows(3, HEALTHY),
          { question: gate, policy: { unprovenGate: 'pass' } },
        ],
        [
          'not on a clean hour alone, when the newest minutes are bad',
          'inconclusive',
          'unproven',
          [...rows(60, HEALTHY), ...rows(2, { canary: [3, 100], stable: [20, 900] })],
          { question: gate },
        ],
        [
          'not while harm is suspected',
          'inconclusive',
          'harm-suspected',
          [{ canary: [60, 100], stable: [1, 900] }],
          { question: gate },
        ],
        [
          'not while it is suspected in a group that is too young for a fail',
          'inconclusive',
          'harm-suspected',
          rows(2, BROKEN_GROUP),
          { question: { ...gate, ...grouped }, policy: lenient },
        ],
        [
          'not while it is suspected of a canary judged alone',
          'inconclusive',
          'harm-suspected',
          [{ canary: [70, 100], stable: null }],
          { question: gate, policy: { ...absolute, safeBurnRate: 190 } },
        ],
        [
          'suspicion is told before what is missing for a pass, also by a policy that needs no proof',
          'inconclusive',
          'harm-suspected',
          [{ canary: [60, 100], stable: [1, 900] }],
          { question: gate, policy: { unprovenGate: 'pass' } },
        ],
        [
          'a canary that is worse but provably inside the budget',
          'pass',
          'proven-safe',
          rows(120, WORSE),
          { question: gate },
        ],
        [
          'never what only the canary serves and nobody can compare',
          'inconclusive',
          'unproven',
          rows(60, {
            groups: {
              kept: [
                [5, 500],
                [90, 9000],
              ],
              'renamed v2': [[475, 500], null],
              'renamed v1': [null, [90, 9000]],
            },
          }),
          { question: { ...gate, ...grouped } },
        ],
      ],
    },
    {
      row: '7. a watch passes as long as there is data and no proof of harm',
      cases: [
        ['healthy', 'pass', 'no-harm', rows(30, HEALTHY)],
        ['on enough events', 'pass', 'no-harm', rows(5, { canary: [0, 10], stable: [0, 90] })],
        ['not on fewer', 'inconclusive', 'too-few-events', rows(7, { canary: [0, 7], stable: [0, 63] })],
        [
          'with a warning where the canary is worse inside its budget',
          'pass',
          'worse-within-budget',
          rows(120, WORSE),
        ],
        [
          'during warm-up',
          'inconclusive',
          'too-few-events',
          rows(3, HEALTHY),
          { policy: { warmup: 3 * MINUTE } },
        ],
        [
          'what goes wrong during warm-up is left out',
          'pass',
          'no-harm',
          [...rows(3, BURNING), ...rows(30, HEALTHY)],
          { policy: { warmup: 3 * MINUTE } },
        ],
      ],
    },
  ])('$row', ({ cases }) => {
    test.each(cases)('%s: %s, %s', (_, verdict, code, given, terms) => {
      const judgement = judge(given, terms);
      expect([judgement.verdict, judgement.code]).toEqual([verdict, code]);
    });
  });
});
