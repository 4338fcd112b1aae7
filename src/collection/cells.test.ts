import { describe, expect, test } from 'vitest';
import type { Series } from '../core/provider.ts';
import { MINUTE } from '../core/units.ts';
import { Cells } from './cells.ts';
import { SeriesMaker } from './series-maker.ts';

const START = Date.UTC(2026, 0, 5, 12);
const WINDOW = { start: START, end: START + 3 * MINUTE, bucketMs: MINUTE };
const at = (minute: number): number => START + minute * MINUTE;

function line(group: string, ...counts: (number | null)[]): Series {
  const points = counts.flatMap((count, index) => (count === null ? [] : [[at(index), count] as const]));
  return { role: 'total', cohort: 'canary', group, points };
}

/** All buckets as the port has them. */
function seriesOf(cells: Cells, buckets = 3): Series[] {
  const maker = new SeriesMaker();
  for (let index = 0; index < buckets; index += 1) cells.addTo(maker, index, at(index));
  return maker.made().series;
}

describe('packed counts', () => {
  test('are what they were', () => {
    const bad: Series = {
      role: 'bad',
      cohort: 'stable',
      points: [
        [at(0), 1],
        [at(2), 2],
      ],
      atMost: [
        [at(0), 1],
        [at(2), Infinity],
      ],
    };
    const series = [line('a', 1, null, 2.5), line('b', 7, 8, 9), bad];
    const cells = Cells.of({ series }, WINDOW);
    expect(cells.size).toBe(7);
    expect(seriesOf(cells)).toEqual(expect.arrayContaining(series));
    expect(seriesOf(cells)).toHaveLength(3);
  });

  test('leave out what lies outside the window or off its grid', () => {
    const outside: Series = {
      ...line('a'),
      points: [
        [at(-1), 1],
        [at(3), 1],
        [at(1) + 1, 1],
        [at(1), 5],
      ],
    };
    expect(seriesOf(Cells.of({ series: [outside] }, WINDOW))).toEqual([line('a', null, 5)]);
  });

  test('tell an empty bucket from a filled one and from one with a number that is no count', () => {
    const states = (count: number): unknown[] => {
      const cells = Cells.of({ series: [line('a', count, null, 0)] }, WINDOW);
      return [0, 1, 2].map((index) => cells.stateOf(index));
    };
    expect(states(3)).toEqual(['filled', 'empty', 'filled']);
    for (const odd of [NaN, -1, Infinity]) expect(states(odd)).toEqual(['odd', 'empty', 'filled']);
  });

  test('of several answers stand side by side, whatever the order of their lines', () => {
    const one = Cells.of({ series: [line('a', 1, 2, 3), line('b', 4, 5, 6)] }, WINDOW);
    const other = Cells.of({ series: [line('c', 70, 80, 90), line('a', 10, 20, 30)] }, WINDOW);
    const columns = [{ cells: other, index: 0 }, null, { cells: one, index: 2 }];
    for (const base of [[], one.lines, other.lines]) {
      const series = seriesOf(Cells.joined(columns, base));
      expect(series).toHaveLength(3);
      expect(series).toEqual(
        expect.arrayContaining([line('a', 10, null, 3), line('b', null, null, 6), line('c', 70)]),
      );
    }
  });

  test('of the same lines share one list of them', () => {
    const one = Cells.of({ series: [line('a', 1), line('b', 4)] }, WINDOW);
    const other = Cells.of({ series: [line('b', 5), line('a', 2)] }, WINDOW);
    expect(Cells.joined([{ cells: other, index: 0 }], one.lines).lines).toBe(one.lines);
  });
});
