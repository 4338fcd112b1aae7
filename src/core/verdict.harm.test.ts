import { describe, expect, test } from 'vitest';
import {
  BROKEN_GROUP,
  BURNING,
  CANARY_BURNING_ALONE,
  CANARY_ONLY,
  FLAWED,
  INCIDENT,
  STABLE_ONLY,
  TWO_HEALTHY_GROUPS,
  WORSE,
  absolute,
  gate,
  grouped,
  judge,
  lenient,
  type LawRow,
} from '../../test/statistics/law.ts';
import { HEALTHY, HOLE, IDLE, rows } from '../../test/statistics/scenes.ts';
import { HOUR } from './units.ts';

describe('the law', () => {
  describe.each<LawRow>([
    {
      row: '1. harm proven on the whole service fails',
      cases: [
        ['a canary that burns and is worse', 'fail', 'harm-proven', rows(30, BURNING)],
        [
          'after an hour of clean traffic',
          'fail',
          'harm-proven',
          [...rows(60, HEALTHY), ...rows(10, BURNING)],
        ],
        ['at a gate too', 'fail', 'harm-proven', rows(30, BURNING), { question: gate }],
        [
          'also when it recovered: a fail is absorbing',
          'fail',
          'harm-proven',
          [...rows(10, BURNING), ...rows(600, HEALTHY)],
        ],
        ['not from one bad bucket', 'pass', 'no-harm', [BURNING, ...rows(30, HEALTHY)]],
        [
          'not from fewer than the policy wants',
          'inconclusive',
          'harm-suspected',
          rows(4, BURNING),
          { question: gate, policy: { minBadBuckets: 5 } },
        ],
        ['but from as many', 'fail', 'harm-proven', rows(5, BURNING), { policy: { minBadBuckets: 5 } }],
        [
          'only as far as the policy tolerates',
          'pass',
          'worse-within-budget',
          rows(30, BURNING),
          { policy: { maxBurnRate: 50 } },
        ],
        [
          'only beyond the margin',
          'pass',
          'no-harm',
          rows(30, { canary: [14, 100], stable: [90, 900] }),
          { policy: { sharedBurnRate: 1000 } },
        ],
      ],
    },
    {
      row: '1. without stable, by explicit policy alone',
      cases: [
        [
          'a canary that burns alone',
          'fail',
          'harm-proven',
          rows(10, CANARY_BURNING_ALONE),
          { policy: absolute },
        ],
        ['a healthy one passes', 'pass', 'no-harm', rows(10, CANARY_ONLY), { policy: absolute }],
        [
          'a healthy one passes a gate',
          'pass',
          'proven-safe',
          rows(30, CANARY_ONLY),
          { policy: absolute, question: gate },
        ],
        [
          'its evidence starts where stable ends, whatever stable had made of it',
          'pass',
          'worse-within-budget',
          // Worse than stable for an hour, then alone and inside what is tolerated without stable.
          [
            ...rows(60, { canary: [10, 1000], stable: [9, 9000] }),
            ...rows(10, { canary: [60, 1000], stable: null }),
          ],
          { policy: absolute },
        ],
        ['otherwise never', 'inconclusive', 'no-baseline', rows(60, CANARY_BURNING_ALONE)],
        [
          'frozen evidence does not pair with what the canary burns later, alone',
          'inconclusive',
          'no-baseline',
          [...rows(120, WORSE), ...rows(60, CANARY_BURNING_ALONE)],
        ],
      ],
    },
    {
      row: '2. harm proven in a group fails',
      cases: [
        [
          'one broken endpoint',
          'fail',
          'group-harm-proven',
          rows(10, BROKEN_GROUP),
          { question: grouped, policy: lenient },
        ],
        [
          'not from two bad buckets',
          'pass',
          'worse-within-budget',
          rows(2, BROKEN_GROUP),
          { question: grouped, policy: lenient },
        ],
        ['no group', 'pass', 'no-harm', rows(60, TWO_HEALTHY_GROUPS), { question: grouped }],
      ],
    },
    {
      row: '3. but never hides a proof already made',
      cases: [
        ['a hole after the proof', 'fail', 'harm-proven', [...rows(10, BURNING), ...rows(100, HOLE)]],
        ['a contradiction after the proof', 'fail', 'harm-proven', [...rows(10, BURNING), FLAWED]],
        ['old counts', 'fail', 'harm-proven', rows(10, BURNING), { over: { dataAge: HOUR } }],
        [
          'silence after the proof',
          'fail',
          'harm-proven',
          [...rows(10, BURNING), ...rows(9, STABLE_ONLY)],
          { over: { silentExpected: 900 } },
        ],
        [
          'a stable that vanished after the proof',
          'fail',
          'harm-proven',
          [...rows(10, BURNING), ...rows(9, CANARY_ONLY)],
        ],
        [
          'an idle night after the proof',
          'fail',
          'harm-proven',
          [...rows(10, BURNING), ...rows(60, IDLE)],
          { policy: { onIdle: 'pass' } },
        ],
        [
          'a shared incident after the proof',
          'fail',
          'harm-proven',
          [...rows(10, BURNING), ...rows(60, INCIDENT)],
        ],
        [
          'a hole after the proof in a group',
          'fail',
          'group-harm-proven',
          [...rows(10, BROKEN_GROUP), ...rows(100, HOLE)],
          { question: grouped, policy: lenient },
        ],
      ],
    },
    {
      row: '4. harm proven in a group holds where the policy says so',
      cases: [
        [
          'a watch',
          'inconclusive',
          'group-harm-proven',
          rows(10, BROKEN_GROUP),
          { question: grouped, policy: { ...lenient, 'breakdown.onHarm': 'inconclusive' } },
        ],
        [
          'a gate',
          'inconclusive',
          'group-harm-proven',
          rows(10, BROKEN_GROUP),
          { question: { ...grouped, ...gate }, policy: { ...lenient, 'breakdown.onHarm': 'inconclusive' } },
        ],
        [
          'below an obstacle',
          'inconclusive',
          'partial',
          [...rows(10, BROKEN_GROUP), FLAWED],
          { question: grouped, policy: { ...lenient, 'breakdown.onHarm': 'inconclusive' } },
        ],
        [
          'not where it is only reported',
          'pass',
          'worse-within-budget',
          rows(10, BROKEN_GROUP),
          { question: grouped, policy: { ...lenient, 'breakdown.onHarm': 'report' } },
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
