import { describe, expect, test } from 'vitest';
import type { Filed, HistoryLog, HistoryReader } from '../../src/reports/history/history-store.ts';
import { decide } from '../../src/core/verdict.ts';
import type { Measurement } from '../../src/core/recorder.ts';
import { measured, MINUTE, T0, type MeasuredOptions } from '../support/measured.ts';

type Store = HistoryLog & HistoryReader;

export interface HistoryHarness {
  /** A store of its own, empty, for the calling test. */
  fresh(): Promise<Store>;
  /** A second opening of the same place. */
  again(): Promise<Store>;
}

const filed = (options: MeasuredOptions = {}): Filed => {
  const measurement = measured(options);
  return { measurement, service: 'shop', recordedAt: measurement.at };
};
const id = (number: number): string => String(number).padStart(20, '0');
const YEARS = 10_000 * 24 * 60 * MINUTE;

/** What every history store promises, whatever it is made of. */
export function historySuite(name: string, harness: HistoryHarness): void {
  describe(`${name}: what is stored`, () => {
    test('a measurement comes back as it was, groups, infinities and all', async () => {
      const store = await harness.fresh();
      const one = filed({ groups: 12, bad: 4, minutes: 45 });
      expect(await store.append([one])).toEqual({ stored: 1, repeated: 0 });
      const found = await store.analysis(one.measurement.analysis, 10);
      expect(found?.newest).toEqual([one.measurement]);
    });

    test('what is stored is enough to judge again, with the same result', async () => {
      const store = await harness.fresh();
      const one = filed({ groups: 5, bad: 9, minutes: 40 });
      await store.append([one]);
      const [again] = (await store.analysis(one.measurement.analysis, 10))?.newest ?? [];
      const { question, observation, judgement } = again?.judged ?? {};
      if (question === undefined || observation === undefined) throw new Error('no counts came back');
      expect(decide(question, observation)).toEqual(judgement);
      expect(judgement?.verdict).toBe('fail');
    });

    test('a repeated measurement is stored once, in one batch or in two', async () => {
      const store = await harness.fresh();
      const one = filed();
      expect(await store.append([one, one])).toEqual({ stored: 1, repeated: 1 });
      expect(await store.append([one])).toEqual({ stored: 0, repeated: 1 });
      const found = await store.analysis(one.measurement.analysis, 10);
      expect(found?.looks).toHaveLength(1);
      expect(found?.rows[0]?.looks).toBe(1);
    });

    test('looks are listed newest first, and at most as many as asked for', async () => {
      const store = await harness.fresh();
      for (let minutes = 10; minutes <= 14; minutes += 1) await store.append([filed({ minutes })]);
      const found = await store.analysis(measured().analysis, 3);
      expect(found?.looks.map(({ at }) => (at - T0) / MINUTE)).toEqual([16, 15, 14]);
      expect(found?.looks[0]?.reason).toBe(measured({ minutes: 14 }).reason);
      expect(found?.rows[0]).toMatchObject({ looks: 5, firstAt: T0 + 12 * MINUTE, lastAt: T0 + 16 * MINUTE });
    });

    test('a look that arrives late changes no newer verdict', async () => {
      const store = await harness.fresh();
      await store.append([filed({ minutes: 40, bad: 20 })]);
      await store.append([filed({ minutes: 10 })]);
      const found = await store.analysis(measured().analysis, 10);
      expect(found?.rows[0]).toMatchObject({ verdict: 'fail', looks: 2, firstAt: T0 + 12 * MINUTE });
      expect(found?.rows[0]?.counted?.canary.bad).toBe(40 * 20);
    });

    test('a look without counts is listed, and the counts before it stay', async () => {
      const store = await harness.fresh();
      const { judged: _, ...rest } = measured({ minutes: 50 });
      const failed: Measurement = {
        ...rest,
        verdict: 'inconclusive',
        code: 'provider-unavailable',
        reason: 'down',
      };
      const counted = filed({ minutes: 20 });
      await store.append([counted, { measurement: failed, service: 'shop', recordedAt: failed.at }]);
      const found = await store.analysis(failed.analysis, 10);
      expect(found?.rows[0]).toMatchObject({ code: 'provider-unavailable', looks: 2 });
      expect(found?.rows[0]?.counted?.end).toBe(T0 + 20 * MINUTE);
      expect(found?.newest).toEqual([counted.measurement]);
    });

    test('an analysis that nobody made is null', async () => {
      expect(await (await harness.fresh()).analysis(id(404), 10)).toBeNull();
    });

    test('what was appended is there for whoever opens the store again', async () => {
      const store = await harness.fresh();
      await store.append([filed()]);
      await store.close();
      const again = await harness.again();
      expect((await again.analysis(measured().analysis, 1))?.newest).toEqual([measured()]);
    });
  });

  describe(`${name}: the list`, () => {
    async function shop(): Promise<Store> {
      const store = await harness.fresh();
      const batch: Filed[] = [];
      for (let number = 0; number < 30; number += 1) {
        const options: MeasuredOptions = {
          analysis: id(number),
          slo: number % 3 === 0 ? 'search' : 'checkout',
          start: T0 + Math.floor(number / 2) * 60 * MINUTE,
          bad: number % 5 === 0 ? 20 : 0,
          release: { cluster: number % 2 === 0 ? 'east' : 'west' },
        };
        batch.push({ ...filed(options), service: number % 3 === 0 ? 'search' : 'shop' });
      }
      await store.append(batch);
      return store;
    }

    test('pages follow each other without a gap or a repeat, also where times are equal', async () => {
      const store = await shop();
      const seen: string[] = [];
      let after;
      for (;;) {
        const page = await store.analyses({ limit: 7, ...(after === undefined ? {} : { after }) });
        seen.push(...page.items.map(({ analysis }) => analysis));
        if (page.next === null) break;
        after = page.next;
      }
      expect(new Set(seen).size).toBe(30);
      expect(seen).toHaveLength(30);
      expect(seen.slice(0, 2).toSorted()).toEqual([id(28), id(29)]);
    });

    test.each([
      [{ slo: 'search' }, 10],
      [{ service: 'shop' }, 20],
      [{ verdict: 'fail' as const }, 6],
      [{ cluster: 'east', slo: 'search' }, 5],
      [{ namespace: 'staging' }, 0],
      [{ rollout: 'checkout' }, 30],
      [{ from: T0 + 14 * 60 * MINUTE }, 2],
      [{ from: T0 + 60 * MINUTE, to: T0 + 120 * MINUTE }, 2],
    ])('%o lists %i', async (filter, count) => {
      const store = await shop();
      expect((await store.analyses({ ...filter, limit: 100 })).items).toHaveLength(count);
    });
  });

  describe(`${name}: retention`, () => {
    test('what is older than the retention goes, and only that', async () => {
      const store = await harness.fresh();
      await store.append([filed({ analysis: id(1) }), filed({ analysis: id(2), start: T0 + 600 * MINUTE })]);
      const now = T0 + 700 * MINUTE;
      expect(await store.prune({ maxAge: 300 * MINUTE, maxBytes: Infinity }, now)).toBe(1);
      expect(await store.analysis(id(1), 1)).toBeNull();
      expect(await store.analysis(id(2), 1)).not.toBeNull();
    });

    test('counts from when a look was recorded, not from the past as of which it was asked', async () => {
      const store = await harness.fresh();
      await store.append([{ ...filed(), recordedAt: T0 + YEARS }]);
      expect(await store.prune({ maxAge: 300 * MINUTE, maxBytes: Infinity }, T0 + YEARS + MINUTE)).toBe(0);
      expect(await store.analysis(measured().analysis, 1)).not.toBeNull();
    });

    test('beyond the size the oldest analyses go first, and nothing below it', async () => {
      const store = await harness.fresh();
      for (let number = 0; number < 50; number += 1)
        await store.append([filed({ analysis: id(number), start: T0 + number * MINUTE, groups: 3 })]);
      expect(await store.prune({ maxAge: YEARS, maxBytes: Infinity }, T0)).toBe(0);
      expect(await store.prune({ maxAge: YEARS, maxBytes: 20_000 }, T0)).toBeGreaterThan(10);
      const left = (await store.analyses({ limit: 100 })).items.map(({ analysis }) => Number(analysis));
      expect(left.length).toBeGreaterThan(5);
      expect(Math.min(...left)).toBe(50 - left.length);
    });

    test('snapshots are kept once, listed in order, and forgotten by age', async () => {
      const store = await harness.fresh();
      const at = (hours: number) => ({
        slo: 'checkout',
        at: T0 + hours * 60 * MINUTE,
        body: `{"h":${String(hours)}}`,
      });
      await store.snapshot([at(2), at(1)]);
      await store.snapshot([at(1), { ...at(1), slo: 'search' }]);
      expect(await store.snapshots('checkout', T0, T0 + YEARS)).toEqual([at(1), at(2)]);
      await store.prune({ maxAge: 60 * MINUTE, maxBytes: Infinity }, T0 + 150 * MINUTE);
      expect(await store.snapshots('checkout', T0, T0 + YEARS)).toEqual([at(2)]);
    });
  });

  describe(`${name}: two at once`, () => {
    test('replicas that write the same looks at the same time agree and store each once', async () => {
      const [one, other] = [await harness.fresh(), await harness.again()];
      const batches = Array.from({ length: 8 }, (_, step) =>
        Array.from({ length: 4 }, (__, number) => filed({ analysis: id(number), minutes: 10 + step })),
      );
      const results = await Promise.all([
        ...batches.map(async (batch) => one.append(batch)),
        ...batches.map(async (batch) => other.append(batch.toReversed())),
      ]);
      expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(32);
      expect((await one.analyses({ limit: 10 })).items.map(({ looks }) => looks)).toEqual([8, 8, 8, 8]);
    });
  });
}
