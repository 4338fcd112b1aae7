import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { buckets, HOLE, rows, times, type Row } from '../../test/statistics/scenes.ts';
import { add, NO_EVENTS, total, type Bucket } from '../core/counts.ts';
import { seeded } from '../core/stats/random.ts';
import { StableTape, TapeTooLong } from './stable-tape.ts';

const GROUPED: Row = {
  groups: {
    a: [
      [9, 99],
      [3, 400],
    ],
    b: [null, [1, 200]],
    c: [[1, 9], null],
  },
};
const PLAIN: Row = { canary: [9, 99], stable: [4, 600] };

function tapeOf(given: readonly Bucket[]): StableTape {
  const tape = new StableTape();
  for (const bucket of given) tape.add(bucket);
  return tape;
}

function split(tape: StableTape, share: number, grouped: boolean, run = 0): Bucket[] {
  return Array.from(tape.split(share, seeded(1, run), grouped));
}

describe('stable split at random', () => {
  test('both halves together are stable, in every bucket and group, and the real canary is nowhere', () => {
    for (const bucket of split(tapeOf(buckets(rows(20, GROUPED))), 0.3, true)) {
      expect([...(bucket.groups?.keys() ?? [])]).toEqual(['a', 'b']);
      for (const [group, pair] of bucket.groups ?? [])
        expect(add(pair.canary ?? NO_EVENTS, pair.stable ?? NO_EVENTS)).toEqual(
          group === 'a' ? { good: 397, bad: 3 } : { good: 199, bad: 1 },
        );
      expect(add(bucket.canary ?? NO_EVENTS, bucket.stable ?? NO_EVENTS)).toEqual({ good: 596, bad: 4 });
    }
  });

  test('each event is the canary’s with the chance of the share, good or bad', () => {
    const all = split(tapeOf(buckets(rows(2000, PLAIN))), 0.25, false);
    const sum = all.reduce((events, { canary }) => add(events, canary ?? NO_EVENTS), NO_EVENTS);
    // Four standard deviations of the binomial.
    expect(Math.abs(sum.good - 2000 * 596 * 0.25)).toBeLessThan(4 * Math.sqrt(2000 * 596 * 0.25 * 0.75));
    expect(Math.abs(sum.bad - 2000 * 4 * 0.25)).toBeLessThan(4 * Math.sqrt(2000 * 4 * 0.25 * 0.75));
  });

  test('the same run draws the same, another run draws otherwise', () => {
    const tape = tapeOf(buckets(rows(20, PLAIN)));
    expect(split(tape, 0.5, false, 3)).toEqual(split(tape, 0.5, false, 3));
    expect(split(tape, 0.5, false, 3)).not.toEqual(split(tape, 0.5, false, 4));
  });

  test('buckets without stable are left out', () => {
    const tape = tapeOf(buckets([PLAIN, HOLE, { canary: [1, 1], stable: [0, 0] }, PLAIN]));
    expect(tape.buckets).toBe(2);
    expect(tape.events).toEqual({ good: 1192, bad: 8 });
    expect(split(tape, 0.5, false)).toHaveLength(2);
  });

  test('counts that are no whole numbers are rounded: an event cannot be split', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (good) => {
        const [bucket] = split(tapeOf([{ time: 0, canary: null, stable: { good, bad: 0.6 } }]), 0.5, false);
        const all = add(bucket?.canary ?? NO_EVENTS, bucket?.stable ?? NO_EVENTS);
        expect(total(all)).toBe(Math.round(good) + 1);
      }),
      { seed: 1 },
    );
  });

  test('more than can be held is refused with what to do', () => {
    const groups = new Map(
      times(500, (index) => [String(index), { canary: null, stable: { good: 1, bad: 0 } }]),
    );
    const bucket = { time: 0, canary: null, stable: { good: 500, bad: 0 }, groups };
    const tape = tapeOf(times(4000, () => bucket));
    expect(() => {
      tape.add(bucket);
    }).toThrow(
      new TapeTooLong(
        'stable has more than 2000000 counts (buckets times groups); use a shorter span or wider buckets',
      ),
    );
  });
});

describe('the digest of a tape', () => {
  const given = buckets(rows(3, GROUPED));

  test('is that of its counts', () => {
    expect(tapeOf(given).digest()).toBe(tapeOf(given).digest());
  });

  test.each<{ change: string; other: readonly Bucket[] }>([
    { change: 'a bucket less', other: given.slice(1) },
    { change: 'an event more', other: given.map((bucket, at) => (at === 1 ? bumped(bucket) : bucket)) },
    { change: 'another time', other: given.map((bucket) => ({ ...bucket, time: bucket.time + 60_000 })) },
    { change: 'no groups', other: given.map(({ time, canary, stable }) => ({ time, canary, stable })) },
    {
      change: 'another name of a group',
      other: buckets(
        rows(3, {
          groups: {
            a: [
              [9, 99],
              [3, 400],
            ],
            B: [null, [1, 200]],
          },
        }),
      ),
    },
  ])('changes with $change', ({ other }) => {
    expect(tapeOf(other).digest()).not.toBe(tapeOf(given).digest());
  });
});

function bumped(bucket: Bucket): Bucket {
  const groups = new Map(bucket.groups);
  groups.set('a', { canary: null, stable: { good: 398, bad: 3 } });
  return { ...bucket, groups };
}
