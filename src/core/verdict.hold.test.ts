import { describe, expect, test } from 'vitest';
import {
  CANARY_ONLY,
  FLAWED,
  INCIDENT,
  STABLE_ONLY,
  gate,
  judge,
  type LawRow,
} from '../../test/statistics/law.ts';
import { HEALTHY, HOLE, IDLE, rows } from '../../test/statistics/scenes.ts';
import { HOUR } from './units.ts';

describe('the law', () => {
  describe.each<LawRow>([
    {
      row: '3. what keeps the counts from being judged is inconclusive',
      cases: [
        ['nothing settled', 'inconclusive', 'settling', []],
        ['a hole', 'inconclusive', 'no-data', rows(30, HOLE)],
        [
          'counts from the future',
          'inconclusive',
          'clock-skew',
          rows(30, HEALTHY),
          { over: { ahead: true } },
        ],
        ['old counts', 'inconclusive', 'stale-data', rows(30, HEALTHY), { over: { dataAge: HOUR } }],
        ['a contradiction', 'inconclusive', 'partial', [...rows(30, HEALTHY), FLAWED]],
        ['too few buckets', 'inconclusive', 'coverage', [...rows(30, HOLE), ...rows(30, HEALTHY)]],
        [
          'a silent canary',
          'inconclusive',
          'canary-silent',
          [...rows(9, HEALTHY), STABLE_ONLY],
          { over: { silentExpected: 90 } },
        ],
        [
          'a canary nobody saw',
          'inconclusive',
          'canary-silent',
          rows(30, STABLE_ONLY),
          { over: { canarySeen: false } },
        ],
        [
          'less traffic than declared',
          'inconclusive',
          'traffic-missing',
          rows(30, HEALTHY),
          { question: { weight: 0.5 } },
        ],
        [
          'more traffic than declared',
          'inconclusive',
          'traffic-excess',
          rows(30, HEALTHY),
          { question: { weight: 0.01 } },
        ],
        ['no stable', 'inconclusive', 'no-baseline', rows(30, CANARY_ONLY)],
        ['an idle night', 'inconclusive', 'idle', [...rows(60, HEALTHY), ...rows(15, IDLE)]],
        [
          'an idle night',
          'inconclusive',
          'idle',
          [...rows(60, HEALTHY), ...rows(15, IDLE)],
          { question: gate },
        ],
        [
          'an idle night that the policy passes',
          'pass',
          'idle',
          [...rows(60, HEALTHY), ...rows(15, IDLE)],
          { policy: { onIdle: 'pass' } },
        ],
        [
          'an idle night that the policy passes, at a gate',
          'pass',
          'idle',
          [...rows(60, HEALTHY), ...rows(15, IDLE)],
          { policy: { onIdle: 'pass' }, question: gate },
        ],
        [
          'a hole, which that policy must not take for a night',
          'inconclusive',
          'coverage',
          [...rows(105, HEALTHY), ...rows(14, HOLE), IDLE],
          { policy: { onIdle: 'pass' }, question: gate },
        ],
        [
          'a canary that died before the night',
          'inconclusive',
          'canary-silent',
          [...rows(60, HEALTHY), ...rows(5, STABLE_ONLY), ...rows(15, IDLE)],
          { policy: { onIdle: 'pass' }, question: gate, over: { silentExpected: 450 } },
        ],
      ],
    },
    {
      row: '5. a shared incident is not the release’s fault',
      cases: [
        ['both burn', 'inconclusive', 'shared-degradation', [...rows(30, HEALTHY), ...rows(15, INCIDENT)]],
        ['a gate too', 'inconclusive', 'shared-degradation', rows(30, INCIDENT), { question: gate }],
        [
          'by policy it passes',
          'pass',
          'shared-degradation',
          rows(30, INCIDENT),
          { policy: { onSharedDegradation: 'pass' } },
        ],
        [
          'before baking is looked at',
          'inconclusive',
          'shared-degradation',
          rows(9, INCIDENT),
          { question: { ...gate, minWindow: HOUR } },
        ],
        ['below an obstacle', 'inconclusive', 'partial', [...rows(30, INCIDENT), FLAWED]],
        ['it is over 15 minutes after it', 'pass', 'no-harm', [...rows(10, INCIDENT), ...rows(15, HEALTHY)]],
        [
          'it is none below the rate that the policy names',
          'pass',
          'no-harm',
          rows(30, INCIDENT),
          { policy: { sharedBurnRate: 41 } },
        ],
        [
          'it is none where stable is the one that is worse',
          'pass',
          'no-harm',
          rows(30, { canary: [5, 100], stable: [450, 900] }),
        ],
        [
          'a canary that is worse but inside its budget is not failed by it',
          'inconclusive',
          'shared-degradation',
          [
            ...rows(60, { canary: [3, 1000], stable: [5, 9000] }),
            ...rows(15, { canary: [103, 1000], stable: [905, 9000] }),
          ],
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
