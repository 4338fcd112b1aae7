import { describe, expect, test } from 'vitest';
import { measured, MINUTE, T0 } from '../../test/support/measured.ts';
import { hasItsGroups, RecentAnalyses } from './recent.ts';

const id = (number: number): string => String(number).padStart(20, '0');

describe('the newest analyses in memory', () => {
  test('are two hundred, the ones that were looked at last', () => {
    const recent = new RecentAnalyses();
    for (let number = 0; number < 250; number += 1)
      recent.record(measured({ analysis: id(number), minutes: 2 }));
    recent.record(measured({ analysis: id(60), minutes: 3 }));
    recent.record(measured({ analysis: id(300), minutes: 2 }));
    expect(recent.find(id(49))).toBeNull();
    expect(recent.find(id(50))).toBeNull();
    expect(recent.find(id(60))?.looks).toHaveLength(2);
    expect(recent.list({ limit: 1000 }).items).toHaveLength(200);
  });

  test('lose the counts of their groups, the oldest first, before memory suffers', () => {
    const recent = new RecentAnalyses(() => '', 3_000_000);
    for (let number = 0; number < 20; number += 1)
      recent.record(measured({ analysis: id(number), minutes: 40, groups: 50 }));
    const kept = Array.from({ length: 20 }, (_, number) => recent.find(id(number))?.newest[0]).map(
      (each) => each !== undefined && hasItsGroups(each),
    );
    expect(kept.at(-1)).toBe(true);
    expect(kept[0]).toBe(false);
    expect(kept.lastIndexOf(false)).toBeLessThan(kept.indexOf(true));
    expect(recent.find(id(0))?.newest[0]?.judged?.observation.buckets).toHaveLength(40);
  });

  test('are listed as a store lists them: filtered, newest first, page by page', () => {
    const recent = new RecentAnalyses(() => 'shop');
    for (let number = 0; number < 9; number += 1)
      recent.record(
        measured({
          analysis: id(number),
          start: T0 + Math.floor(number / 2) * MINUTE,
          bad: number % 3 === 0 ? 30 : 0,
        }),
      );
    const first = recent.list({ limit: 5 });
    const second = recent.list({ limit: 5, ...(first.next === null ? {} : { after: first.next }) });
    const all = [...first.items, ...second.items];
    expect(second.next).toBeNull();
    expect(new Set(all.map(({ analysis }) => analysis)).size).toBe(9);
    expect(all.map(({ lastAt }) => lastAt)).toEqual(
      all.map(({ lastAt }) => lastAt).toSorted((a, b) => b - a),
    );
    expect(recent.list({ limit: 10, verdict: 'fail' }).items).toHaveLength(3);
    expect(recent.list({ limit: 10, service: 'other' }).items).toEqual([]);
    expect(
      recent.list({ limit: 10, namespace: 'shop', rollout: 'checkout', slo: 'checkout' }).items,
    ).toHaveLength(9);
  });

  test('keep the counts of the look before where the newest had none', () => {
    const recent = new RecentAnalyses();
    const counted = measured({ minutes: 20 });
    const { judged: _, ...rest } = measured({ minutes: 30 });
    recent.record(counted);
    recent.record({ ...rest, verdict: 'inconclusive', code: 'deadline', reason: 'late' });
    const found = recent.find(counted.analysis);
    expect(found?.newest).toEqual([counted]);
    expect(found?.rows[0]).toMatchObject({ code: 'deadline', looks: 2, firstAt: counted.at });
  });
});
