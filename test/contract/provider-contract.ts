import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COHORTS, ROLES } from '../../src/core/counts.ts';
import { ProviderError, type ProviderFault } from '../../src/core/errors.ts';
import { EVERY_RELEASE, type Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { flawsOf, normal, pointsOf } from './answers.ts';
import { requestOf, type Ask, type ContractHarness, type ContractSession } from './harness.ts';
import { HOSTILE_HASHES } from './hostile-hashes.ts';
import {
  CANARY_ABSENT,
  CANARY_START,
  expectedPoints as truthPoints,
  GROUPS,
  HASHES,
  HOLE,
  TRUTH,
  WINDOW,
  ZERO,
} from './truth.ts';

/** A record, so that the compiler asks for a new fault here too. */
const FAULTS: Readonly<Record<ProviderFault, true>> = {
  'provider-unavailable': true,
  'provider-timeout': true,
  'provider-denied': true,
  'provider-quota': true,
  'provider-rejected': true,
  'provider-garbled': true,
  'invalid-scope': true,
};

/** What every provider promises, shown on a truth of its own. Runs against emulators and the real thing alike. */
export function describeProviderContract(harness: ContractHarness): void {
  describe(`the provider ${harness.name}`, () => {
    let session: ContractSession;
    beforeAll(async () => {
      session = await harness.open(TRUTH);
    });
    afterAll(async () => {
      await session.provider.close();
      await session.release();
    });

    const fetchCounts = async (ask: Ask = {}, signal?: AbortSignal): Promise<Fetched> =>
      session.provider.fetchCounts(requestOf(session, ask), signal ?? new AbortController().signal);
    // A source of events may know that none of those it has were bad; a zero total it cannot know.
    const told = <Point extends readonly [number, number]>(points: readonly Point[]): Point[] =>
      points.filter(([, events]) => events > 0 || session.keepsZeros !== false);
    const expectedPoints = (...of: Parameters<typeof truthPoints>): [number, number][] =>
      told(truthPoints(...of));
    const nameOf = (group: string): string => session.groupName?.(group) ?? group;

    describe('gives points that', () => {
      test.each([{}, { grouped: true }])(
        'lie on the grid, inside the window, each once, finite, not negative %o',
        async ({ grouped }) => {
          const { series } = await fetchCounts(grouped === true ? { groupBy: session.groupBy } : {});
          expect(flawsOf(series, WINDOW)).toEqual([]);
          expect(series.length).toBeGreaterThan(0);
        },
      );

      test.each(COHORTS.flatMap((cohort) => ROLES.map((role) => [role, cohort] as const)))(
        'equal the truth: %s of %s',
        async (role, cohort) => {
          const { series, complete } = await fetchCounts();
          const found = told(pointsOf(series, role, cohort));
          expect(found).toEqual(expectedPoints(role, HASHES[cohort], WINDOW));
          expect(complete).toBe(true);
        },
      );

      test.each(Object.values(GROUPS))('equal the truth in the group %s', async (group) => {
        const { series } = await fetchCounts({ groupBy: session.groupBy });
        for (const cohort of COHORTS) {
          for (const role of ROLES) {
            const found = told(pointsOf(series, role, cohort, nameOf(group)));
            expect([cohort, role, found]).toEqual([
              cohort,
              role,
              expectedPoints(role, HASHES[cohort], WINDOW, group),
            ]);
          }
        }
      });

      test('are those of the roles asked for and no others', async () => {
        for (const role of ROLES) {
          const { series } = await fetchCounts({ queries: { [role]: session.queries[role] } });
          expect(new Set(series.map((each) => each.role))).toEqual(new Set([role]));
        }
      });

      test('are those of the cohorts asked for and no others', async () => {
        const canary = session.cohort(HASHES.canary);
        const alone = await fetchCounts({ cohorts: { canary, stable: null } });
        expect(new Set(alone.series.map((each) => each.cohort))).toEqual(new Set(['canary']));
        const nobody = await fetchCounts({ cohorts: { canary: null, stable: null } });
        expect(nobody.series.flatMap((each) => each.points)).toEqual([]);
      });

      test('sum over the groups to the whole', async () => {
        const grouped = await fetchCounts({ groupBy: session.groupBy });
        const whole = await fetchCounts();
        for (const cohort of COHORTS) {
          const sums = new Map<number, number>();
          for (const { points } of grouped.series.filter(
            (each) => each.role === 'total' && each.cohort === cohort,
          )) {
            for (const [time, events] of points) sums.set(time, (sums.get(time) ?? 0) + events);
          }
          expect([...sums].toSorted(([a], [b]) => a - b)).toEqual(pointsOf(whole.series, 'total', cohort));
        }
      });

      test('name a group where a breakdown was asked for, and none where not', async () => {
        const grouped = await fetchCounts({ groupBy: session.groupBy });
        expect(grouped.series.every((each) => each.group !== undefined)).toBe(true);
        const whole = await fetchCounts();
        expect(whole.series.every((each) => each.group === undefined)).toBe(true);
      });

      test('sum to wider buckets on a wider grid', async () => {
        const window: Window = { ...WINDOW, bucketMs: 5 * MINUTE };
        const { series } = await fetchCounts({ window });
        expect(flawsOf(series, window)).toEqual([]);
        expect(pointsOf(series, 'total', 'canary')).toEqual(expectedPoints('total', HASHES.canary, window));
      });
    });

    describe('tells pods apart, where it can:', () => {
      test.each(ROLES)('%s over all pods is the canary', async (role) => {
        if (session.podLabel === undefined) return;
        const { podSplit = [] } = await fetchCounts({ podLabel: session.podLabel });
        const sums = new Map<number, number>();
        for (const each of podSplit.filter((one) => one.role === role)) {
          for (const [time, events] of each.points) sums.set(time, (sums.get(time) ?? 0) + events);
        }
        const found = told([...sums].toSorted(([a], [b]) => a - b));
        expect(found).toEqual(expectedPoints(role, HASHES.canary, WINDOW));
        expect(new Set(podSplit.map(({ pod }) => pod)).size).toBeGreaterThan(1);
      });
    });

    test('counts every release as one where a report asks for the whole service', async () => {
      const { series } = await fetchCounts({ cohorts: { canary: null, stable: EVERY_RELEASE } });
      const sums = new Map<number, number>();
      for (const hash of Object.values(HASHES)) {
        for (const [time, events] of expectedPoints('total', hash, WINDOW))
          sums.set(time, (sums.get(time) ?? 0) + events);
      }
      expect(pointsOf(series, 'total', 'stable')).toEqual([...sums].toSorted(([a], [b]) => a - b));
      expect(new Set(series.map(({ cohort }) => cohort))).toEqual(new Set(['stable']));
    });

    describe('keeps absence apart from zero:', () => {
      test('a bucket that nobody reported has no point', async () => {
        const { series } = await fetchCounts();
        expect(series.flatMap((each) => each.points).filter(([time]) => time === HOLE)).toEqual([]);
      });

      test('a bucket that was reported without events has zero', async () => {
        const { series } = await fetchCounts();
        for (const cohort of COHORTS) {
          const found = pointsOf(series, 'total', cohort).filter(([time]) => time === ZERO);
          expect(found).toEqual(session.keepsZeros === false ? [] : [[ZERO, 0]]);
        }
      });

      test('a canary that is not there has no points, whatever stable does', async () => {
        const { series } = await fetchCounts();
        const isAway = (time: number): boolean =>
          time < CANARY_START || (time >= CANARY_ABSENT.from && time < CANARY_ABSENT.to);
        expect(pointsOf(series, 'total', 'canary').filter(([time]) => isAway(time))).toEqual([]);
        expect(pointsOf(series, 'total', 'stable').filter(([time]) => isAway(time))).toHaveLength(7);
      });

      test('a group of one cohort has no series in the other', async () => {
        const { series } = await fetchCounts({ groupBy: session.groupBy });
        const group = nameOf(GROUPS.canaryOnly);
        expect(pointsOf(series, 'total', 'canary', group)).not.toEqual([]);
        expect(pointsOf(series, 'total', 'stable', group)).toEqual([]);
      });

      test.each([
        ['before', -26 * HOUR],
        ['after', 26 * HOUR],
      ])('a window %s all data has no points', async (_, shift) => {
        const window: Window = { ...WINDOW, start: WINDOW.start + shift, end: WINDOW.end + shift };
        const { series } = await fetchCounts({ window });
        expect(series.flatMap((each) => each.points)).toEqual([]);
      });
    });

    describe('never mixes releases:', () => {
      test.each(Object.entries(HASHES))('%s (%s) has its own counts', async (_, hash) => {
        const { series } = await fetchCounts({
          canary: hash,
          stable: hash === HASHES.stable ? HASHES.canary : HASHES.stable,
        });
        expect(pointsOf(series, 'total', 'canary')).toEqual(expectedPoints('total', hash, WINDOW));
      });

      test('the cohorts swap with their hashes', async () => {
        const { series } = await fetchCounts({ canary: HASHES.stable, stable: HASHES.canary });
        expect(told(pointsOf(series, 'bad', 'canary'))).toEqual(expectedPoints('bad', HASHES.stable, WINDOW));
        expect(told(pointsOf(series, 'bad', 'stable'))).toEqual(expectedPoints('bad', HASHES.canary, WINDOW));
      });

      test('two releases of almost the same hash are told apart when compared with each other', async () => {
        const { series } = await fetchCounts({ canary: HASHES.canaryIsPrefix, stable: HASHES.canary });
        expect(pointsOf(series, 'total', 'canary')).toEqual(
          expectedPoints('total', HASHES.canaryIsPrefix, WINDOW),
        );
        expect(pointsOf(series, 'total', 'stable')).toEqual(expectedPoints('total', HASHES.canary, WINDOW));
      });

      test.each(
        [HASHES.unknown, ...HOSTILE_HASHES].map((hash) => [JSON.stringify(hash).slice(0, 40), hash] as const),
      )(
        'the hash %s has no points, which is no error, and does not touch the other side',
        async (_, hash) => {
          const { series } = await fetchCounts({ canary: hash });
          expect(series.filter((each) => each.cohort === 'canary').flatMap((each) => each.points)).toEqual(
            [],
          );
          expect(pointsOf(series, 'total', 'stable')).toEqual(expectedPoints('total', HASHES.stable, WINDOW));
        },
      );
    });

    describe('answers', () => {
      test('the same question the same way', async () => {
        expect(normal(await fetchCounts())).toEqual(normal(await fetchCounts()));
      });

      test('questions asked at once as if asked one after the other', async () => {
        const asks: Ask[] = [
          {},
          { groupBy: session.groupBy },
          { canary: HASHES.stable, stable: HASHES.canary },
          { window: { ...WINDOW, bucketMs: 5 * MINUTE } },
          { canary: HASHES.unknown },
          { window: { ...WINDOW, end: WINDOW.start + 10 * MINUTE } },
        ];
        const alone: object[] = [];
        for (const ask of asks) alone.push(normal(await fetchCounts(ask)));
        const together = await Promise.all(asks.map((ask) => fetchCounts(ask)));
        expect(together.map((each) => normal(each))).toEqual(alone);
      });

      test('with the queries that it sent, without control characters', async () => {
        const { queriesSent } = await fetchCounts({ canary: 'evil\u001B[2J\n' });
        expect(queriesSent.length).toBeGreaterThan(0);
        expect(queriesSent.filter((query) => query.trim() === '' || /\p{Cc}/u.test(query))).toEqual([]);
      });

      test('with a settled end, if any, that is not before the newest count', async () => {
        const { series, settledUntil = Infinity } = await fetchCounts();
        const newest = Math.max(...series.flatMap((each) => each.points.map(([time]) => time)));
        expect(settledUntil).toBeGreaterThan(newest);
      });

      test('how long counts need to settle, as a span', async () => {
        const lag = await session.provider.settlingLag(session.queries, new AbortController().signal);
        expect(Number.isFinite(lag) && lag >= 0).toBe(true);
      });

      test('that it may read its source', async () => {
        await fetchCounts();
        expect(
          await session.provider.checkAccess(session.queries, new AbortController().signal),
        ).toMatchObject({ ok: true });
      });
    });

    describe('gives up when its caller does:', () => {
      const reason = new Error('the caller gave up');

      test('before it begins', async () => {
        const signal = AbortSignal.abort(reason);
        await expect(fetchCounts({}, signal)).rejects.toThrow();
        await expect(session.provider.settlingLag(session.queries, signal)).rejects.toThrow();
        await expect(session.provider.checkAccess(session.queries, signal)).rejects.toThrow();
      });

      test('in the middle, without harm to others or to the next call', async () => {
        const fresh = await harness.open(TRUTH);
        try {
          const controller = new AbortController();
          const patient = fresh.provider.fetchCounts(requestOf(fresh, {}), new AbortController().signal);
          const hasty = fresh.provider.fetchCounts(requestOf(fresh, {}), controller.signal);
          controller.abort(reason);
          await expect(hasty).rejects.toThrow();
          const expected = normal(await fetchCounts());
          expect(normal(await patient)).toEqual(expected);
          const next = await fresh.provider.fetchCounts(requestOf(fresh, {}), new AbortController().signal);
          expect(normal(next)).toEqual(expected);
        } finally {
          await fresh.provider.close();
          await fresh.release();
        }
      });
    });

    test('says what is wrong and what to do when its source cannot be reached', async () => {
      const broken = await harness.openBroken();
      try {
        const { signal } = new AbortController();
        const error: unknown = await broken.provider
          .fetchCounts(requestOf(broken, {}), signal)
          .catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(ProviderError);
        expect(Object.keys(FAULTS)).toContain(Reflect.get(Object(error), 'code'));
        expect(error).toMatchObject({ retryable: true, message: expect.stringMatching(/\w/) as string });
        expect(error).toMatchObject({ remedy: expect.stringMatching(/\w/) as string });
        const access = await broken.provider.checkAccess(broken.queries, signal);
        expect(access).toMatchObject({ ok: false, problem: expect.stringMatching(/\w/) as string });
      } finally {
        await broken.provider.close();
        await broken.release();
      }
    });

    test('may be closed twice', async () => {
      const fresh = await harness.open(TRUTH);
      await fresh.provider.fetchCounts(requestOf(fresh, {}), new AbortController().signal);
      await fresh.provider.close();
      await expect(fresh.provider.close()).resolves.toBeUndefined();
      await fresh.release();
    });
  });
}
