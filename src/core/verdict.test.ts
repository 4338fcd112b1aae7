import { describe, expect, test } from 'vitest';
import { BROKEN_GROUP, BURNING, absolute, grouped, judge, lenient } from '../../test/statistics/law.ts';
import { HEALTHY, HOLE, rows, START } from '../../test/statistics/scenes.ts';
import { MINUTE } from './units.ts';

describe('a judgement', () => {
  test('carries the proof: when, where and with what', () => {
    const { harm } = judge([...rows(30, HEALTHY), ...rows(10, BURNING), ...rows(60, HEALTHY)]);
    expect(harm).toMatchObject({ where: 'whole', threshold: expect.closeTo(Math.log(100), 9) as number });
    expect(harm?.index).toBeGreaterThan(30);
    expect(harm?.index).toBeLessThan(35);
    expect(harm?.time).toBe(START + (harm?.index ?? 0) * MINUTE);
    expect(harm?.logHarm).toBe(Math.min(harm?.logBurn ?? NaN, harm?.logRelative ?? NaN));
    expect(harm?.onset?.time).toBe(START + 30 * MINUTE);
  });

  test('names the guilty groups, worst first', () => {
    const { harm, groups } = judge(rows(10, BROKEN_GROUP), { question: grouped, policy: lenient });
    expect(harm?.where).toBe('groups');
    expect(groups.map(({ group }) => group)).toEqual(['GET /b']);
  });

  test('names the groups beside a proof on the whole', () => {
    const { harm, groups } = judge(rows(10, BROKEN_GROUP), { question: grouped });
    expect(harm?.where).toBe('whole');
    expect(groups.map(({ group }) => group)).toEqual(['GET /b']);
  });

  test('carries a proof in a group also where the policy only reports it', () => {
    const judgement = judge(rows(10, BROKEN_GROUP), {
      question: grouped,
      policy: { ...lenient, 'breakdown.onHarm': 'report' },
    });
    expect(judgement.verdict).toBe('pass');
    expect(judgement.harm?.where).toBe('groups');
  });

  test('gives whole and groups their shares of alpha where there is a breakdown, seen or not', () => {
    const plain = judge(rows(3, HEALTHY)).figures.evidence.threshold;
    const split = judge(rows(3, HEALTHY), { question: grouped }).figures.evidence.threshold;
    expect(plain).toBeCloseTo(Math.log(100), 9);
    expect(split).toBeCloseTo(Math.log(125), 9);
  });

  test('halves the whole’s share where the canary may be judged alone too', () => {
    expect(judge(rows(3, HEALTHY), { policy: absolute }).figures.evidence.threshold).toBeCloseTo(
      Math.log(200),
      9,
    );
  });

  test('says what cannot be said as null', () => {
    const { figures, harm, safety, obstacle } = judge(rows(30, HOLE));
    expect({ ...figures.burn, ...figures.recentBurn, harm, safety }).toEqual({
      canary: null,
      stable: null,
      ratio: null,
      harm: null,
      safety: null,
    });
    expect(figures.evidence).toMatchObject({ logBurn: 0, logRelative: 0, logSafe: null, looks: 0 });
    expect(obstacle?.code).toBe('no-data');
  });

  test('counts burn over the judged buckets', () => {
    const { figures } = judge(rows(30, { canary: [1, 100], stable: [1, 1000] }));
    expect(figures.burn.canary).toBeCloseTo(2, 9);
    expect(figures.burn.stable).toBeCloseTo(0.2, 9);
    expect(figures.burn.ratio).toBeCloseTo(10, 9);
    expect(figures.evidence.looks).toBe(30);
  });
});
