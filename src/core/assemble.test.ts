import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { START, times } from '../../test/statistics/scenes.ts';
import { MAX_GROUPS, OTHER_GROUP, assemble, type AssembleOptions } from './assemble.ts';
import type { Cohort, Role } from './counts.ts';
import type { Series } from './provider.ts';
import { MINUTE } from './units.ts';

const WINDOW = { start: START, end: START + 3 * MINUTE, bucketMs: MINUTE };
const PLAIN: AssembleOptions = { grouped: false, exclude: [], counted: 'bad' };
const GROUPED: AssembleOptions = { ...PLAIN, grouped: true };

/** A series from `START`; null leaves the bucket out. */
function series(role: Role, cohort: Cohort, events: readonly (number | null)[], group?: string): Series {
  const points = events.flatMap((count, index) =>
    count === null ? [] : [[START + index * MINUTE, count] as const],
  );
  return { role, cohort, points, ...(group === undefined ? {} : { group }) };
}

function whole(given: readonly Series[], options: AssembleOptions = PLAIN) {
  return assemble(WINDOW, given, options).buckets.map(
    ({ canary, stable, flaw }) => flaw ?? { canary, stable },
  );
}

describe('the roles of one cohort become good and bad events', () => {
  const stable = null;

  test.each<readonly [situation: string, given: readonly Series[], first: unknown]>([
    [
      'bad and total',
      [series('total', 'canary', [100]), series('bad', 'canary', [3])],
      { canary: { good: 97, bad: 3 }, stable },
    ],
    [
      'good and total',
      [series('total', 'canary', [100]), series('good', 'canary', [97])],
      { canary: { good: 97, bad: 3 }, stable },
    ],
    [
      'all three: bad and total count',
      [series('total', 'canary', [100]), series('good', 'canary', [90]), series('bad', 'canary', [3])],
      { canary: { good: 97, bad: 3 }, stable },
    ],
    [
      'an absent bad series beside a present total is zero',
      [series('total', 'canary', [100])],
      { canary: { good: 100, bad: 0 }, stable },
    ],
    [
      'an absent bad point beside a present total is zero',
      [series('total', 'canary', [100, 100]), series('bad', 'canary', [null, 1])],
      { canary: { good: 100, bad: 0 }, stable },
    ],
    [
      'a total of zero is no events, which is not no data',
      [series('total', 'canary', [0])],
      { canary: { good: 0, bad: 0 }, stable },
    ],
    ['an absent total is no data', [series('total', 'canary', [null, 5])], { canary: null, stable }],
    ['zero bad events without a total are no data', [series('bad', 'canary', [0])], { canary: null, stable }],
    [
      'bad events without a total contradict themselves',
      [series('bad', 'canary', [2])],
      'canary: 2 events counted as bad, but no total',
    ],
    [
      'good events without a total contradict themselves',
      [series('good', 'canary', [2])],
      'canary: 2 events counted as good, but no total',
    ],
    [
      'more bad events than events contradict themselves',
      [series('total', 'canary', [3]), series('bad', 'canary', [5])],
      'canary: 5 bad of 3 total',
    ],
    [
      'more good events than events contradict themselves',
      [series('total', 'stable', [3]), series('good', 'stable', [5])],
      'stable: 5 good of 3 total',
    ],
    [
      'a rounding of fractional counts is no contradiction',
      [series('total', 'canary', [3]), series('bad', 'canary', [3.0000000001])],
      { canary: { good: 0, bad: 3 }, stable },
    ],
    [
      'a rounding of fractional counts is no bad event',
      [series('total', 'canary', [100]), series('good', 'canary', [99.99999999])],
      { canary: { good: 100, bad: 0 }, stable },
    ],
  ])('%s', (_, given, first) => {
    expect(whole(given)[0]).toEqual(first);
  });

  test.each([Number.NaN, Infinity, -1])('a count of %d contradicts itself', (count) => {
    expect(whole([series('total', 'canary', [count])])[0]).toMatch(/^canary: .* is no count/);
    expect(whole([series('total', 'canary', [5]), series('bad', 'canary', [count])])[0]).toMatch(/no count/);
  });
});

describe('where the SLI counts good events, none of them beside a total', () => {
  const good: AssembleOptions = { ...PLAIN, counted: 'good' };

  test('is a contradiction, never read as all good', () => {
    const given = [
      series('total', 'canary', [100]),
      series('total', 'stable', [900]),
      series('good', 'stable', [899]),
    ];
    expect(whole(given, good)[0]).toBe('canary: no good events beside 100 in all');
    expect(whole(given.slice(0, 2), good)[0]).toBe('canary: no good events beside 100 in all');
  });

  test('is no events where the total is none', () => {
    expect(whole([series('total', 'canary', [0])], good)[0]).toEqual({
      canary: { good: 0, bad: 0 },
      stable: null,
    });
  });
});

describe('the grid', () => {
  test('has a bucket for every step of the window; what nobody counted has neither cohort', () => {
    expect(assemble(WINDOW, [series('total', 'stable', [null, 5])], PLAIN).buckets).toEqual([
      { time: START, canary: null, stable: null },
      { time: START + MINUTE, canary: null, stable: { good: 5, bad: 0 } },
      { time: START + 2 * MINUTE, canary: null, stable: null },
    ]);
  });

  test('leaves out what lies outside the window', () => {
    const late: Series = {
      role: 'total',
      cohort: 'stable',
      points: [
        [START - MINUTE, 7],
        [START + 3 * MINUTE, 7],
      ],
    };
    expect(assemble(WINDOW, [late], PLAIN).buckets.every((bucket) => bucket.stable === null)).toBe(true);
  });

  test('keeps a contradiction to its own bucket and takes all its counts away', () => {
    const buckets = assemble(
      WINDOW,
      [
        series('total', 'canary', [10, 10]),
        series('bad', 'canary', [99, 1]),
        series('total', 'stable', [90, 90]),
      ],
      PLAIN,
    ).buckets;
    expect(buckets[0]).toEqual({
      time: START,
      canary: null,
      stable: null,
      flaw: 'canary: 99 bad of 10 total',
    });
    expect(buckets[1]).toMatchObject({ canary: { good: 9, bad: 1 }, stable: { good: 90, bad: 0 } });
  });
});

describe('groups', () => {
  const given = [
    series('total', 'canary', [10], 'GET /a'),
    series('total', 'stable', [90], 'GET /a'),
    series('bad', 'stable', [9], 'GET /a'),
    series('total', 'stable', [50], 'GET /b'),
    series('total', 'canary', [5], 'GET /healthz'),
    series('total', 'canary', [5], '/healthz'),
    series('total', 'canary', [5], '/healthz/deep'),
  ];

  test('are kept apart and sum to the whole', () => {
    const bucket = assemble(WINDOW, given, GROUPED).buckets[0];
    expect(bucket?.canary).toEqual({ good: 25, bad: 0 });
    expect(bucket?.stable).toEqual({ good: 131, bad: 9 });
    expect(bucket?.groups?.get('GET /a')).toEqual({
      canary: { good: 10, bad: 0 },
      stable: { good: 81, bad: 9 },
    });
    expect(bucket?.groups?.get('GET /b')).toEqual({ canary: null, stable: { good: 50, bad: 0 } });
  });

  test('are summed where there is no breakdown', () => {
    const bucket = assemble(WINDOW, given, PLAIN).buckets[0];
    expect(bucket?.groups).toBeUndefined();
    expect(bucket?.stable).toEqual({ good: 131, bad: 9 });
  });

  test('that are probes are left out of everything, by name or by the path behind a method, and named', () => {
    const { buckets, notes } = assemble(WINDOW, given, { ...GROUPED, exclude: ['/healthz'] });
    expect([...(buckets[0]?.groups?.keys() ?? [])]).toEqual(['/healthz/deep', 'GET /a', 'GET /b']);
    expect(buckets[0]?.canary).toEqual({ good: 15, bad: 0 });
    expect(notes).toEqual(['left out as probes: /healthz, GET /healthz']);
  });

  test('without a value of their label are a group of their own', () => {
    const { buckets } = assemble(WINDOW, [series('total', 'canary', [7], '')], GROUPED);
    expect(buckets[0]?.groups?.get('')?.canary).toEqual({ good: 7, bad: 0 });
  });

  test('a contradiction in one names it', () => {
    expect(whole([...given, series('bad', 'stable', [51], 'GET /b')], GROUPED)[0]).toBe(
      'stable GET /b: 51 bad of 50 total',
    );
  });

  test('are told first from later by their events inside the window alone', () => {
    const many = times(MAX_GROUPS + 1, (i) =>
      series('total', 'stable', [i === 0 ? null : 1, 1], `group ${String(i).padStart(4, '0')}`),
    );
    const before: Series = {
      role: 'total',
      cohort: 'stable',
      group: 'group 0000',
      points: [[START - MINUTE, 1]],
    };
    const { buckets } = assemble(WINDOW, [before, ...many], GROUPED);
    expect(buckets[1]?.groups?.has('group 0500')).toBe(true);
    expect(buckets[1]?.groups?.has('group 0000')).toBe(false);
  });

  test('beyond the first 500 are judged together, the latest to arrive first of all', () => {
    const many = times(MAX_GROUPS + 20, (i) =>
      // The last twenty appear a minute later than the others.
      series('total', 'stable', i < MAX_GROUPS ? [1, 1] : [null, 2], `group ${String(i).padStart(4, '0')}`),
    );
    const { buckets, notes } = assemble(WINDOW, many.toReversed(), GROUPED);
    expect(buckets[0]?.groups?.size).toBe(MAX_GROUPS);
    expect(buckets[1]?.groups?.size).toBe(MAX_GROUPS + 1);
    expect(buckets[1]?.groups?.get(OTHER_GROUP)?.stable).toEqual({ good: 40, bad: 0 });
    expect(buckets[1]?.stable).toEqual({ good: 540, bad: 0 });
    expect(notes).toEqual(['20 groups beyond the first 500 are judged together as "other"']);
  });
});

const anySeries = fc.record({
  role: fc.constantFrom<Role>('bad', 'total'),
  cohort: fc.constantFrom<Cohort>('canary', 'stable'),
  group: fc.constantFrom('a', 'b', 'c'),
  points: fc
    .uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 3 })
    .chain((at) => fc.tuple(...at.map((index) => fc.tuple(fc.constant(START + index * MINUTE), fc.nat(50))))),
});

describe('laws', () => {
  test('the order of the series changes nothing, down to the order of the groups', () => {
    fc.assert(
      fc.property(
        fc
          .array(anySeries, { maxLength: 12 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
          ),
        fc.boolean(),
        ([list, shuffled], grouped) => {
          const [one, other] = [list, shuffled].map((each) =>
            assemble(WINDOW, each, { ...PLAIN, grouped, exclude: ['c'] }),
          );
          expect(other).toEqual(one);
          const order = (of: typeof one) => of?.buckets.map((bucket) => [...(bucket.groups?.keys() ?? [])]);
          expect(order(other)).toEqual(order(one));
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  test('two series of the same kind are the same as their sum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }),
        fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }),
        (one, other) => {
          const bad = series('bad', 'canary', [1, 2, 3]);
          const summed = one.map((count, index) => count + (other[index] ?? 0));
          expect(whole([bad, series('total', 'canary', one), series('total', 'canary', other)])).toEqual(
            whole([bad, series('total', 'canary', summed)]),
          );
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  test('whatever the counts, no bucket holds a number that is not one', () => {
    const count = fc.oneof(fc.double(), fc.integer({ min: -5, max: 100 }));
    fc.assert(
      fc.property(count, count, fc.constantFrom<Role>('bad', 'good'), (all, some, role) => {
        const [bucket] = assemble(
          WINDOW,
          [series('total', 'canary', [all]), series(role, 'canary', [some])],
          PLAIN,
        ).buckets;
        if (bucket?.flaw !== undefined) return bucket.canary === null;
        const { good = NaN, bad = NaN } = bucket?.canary ?? {};
        return good >= 0 && bad >= 0 && Number.isFinite(good + bad);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });
});
