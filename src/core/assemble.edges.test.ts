import { describe, expect, test } from 'vitest';
import { START, times } from '../../test/statistics/scenes.ts';
import { MAX_GROUPS, OTHER_GROUP, assemble, type AssembleOptions } from './assemble.ts';
import type { Series } from './provider.ts';
import { MINUTE } from './units.ts';

const WINDOW = { start: START, end: START + 2 * MINUTE, bucketMs: MINUTE };
const GROUPED: AssembleOptions = { grouped: true, exclude: [], counted: 'bad' };

function stable(group: string, points: readonly (readonly [minute: number, events: number])[]): Series {
  return {
    role: 'total',
    cohort: 'stable',
    group,
    points: points.map(([minute, events]) => [START + minute * MINUTE, events] as const),
  };
}

const nameOf = (index: number): string => `group ${String(index).padStart(4, '0')}`;
const many = (count: number, from = 0) => times(count, (i) => stable(nameOf(i + from), [[1, 1]]));

/** Names of the groups that are told apart. */
function apart(given: readonly Series[]): readonly string[] {
  const { buckets } = assemble(WINDOW, given, GROUPED);
  return buckets.flatMap(({ groups }) => [...(groups?.keys() ?? [])]);
}

describe('the first 500 groups', () => {
  test('are, of those that come in one bucket, the first by name', () => {
    const names = apart(many(MAX_GROUPS + 2).toReversed());
    expect(names).toContain(nameOf(MAX_GROUPS - 1));
    expect(names).not.toContain(nameOf(MAX_GROUPS));
    expect(names).toContain(OTHER_GROUP);
  });

  test('come with their first event: zeros before it do not count', () => {
    const waiting = stable('group zzzz', [
      [0, 0],
      [1, 1],
    ]);
    expect(apart([waiting, ...many(MAX_GROUPS)])).not.toContain('group zzzz');
    expect(apart([stable('group zzzz', [[0, 1]]), ...many(MAX_GROUPS)])).toContain('group zzzz');
  });

  test('are told by the window alone: what begins at its end, or has no events, takes no place in it', () => {
    const later = stable('a later one', [[2, 9]]);
    const never = stable('a silent one', [
      [0, 0],
      [1, 0],
    ]);
    const { notes } = assemble(WINDOW, [later, never, ...many(MAX_GROUPS)], GROUPED);
    expect(notes).toEqual([]);
  });
});

test('five probes that are left out are named, by their names in order', () => {
  const probes = ['/e', '/b', '/f', '/a', '/d', '/c'];
  const { notes } = assemble(
    WINDOW,
    probes.map((name) => stable(name, [[0, 1]])),
    { ...GROUPED, exclude: probes },
  );
  expect(notes).toEqual(['left out as probes: /a, /b, /c, /d, /e']);
});
