import { describe, expect, test } from 'vitest';
import type { Events } from './counts.ts';
import { joinRoles, type Roles } from './join-roles.ts';

/** What rounding leaves is no part of what is tested. */
function rounded(joined: ReturnType<typeof joinRoles>): ReturnType<typeof joinRoles> {
  if (joined === null || typeof joined === 'string') return joined;
  const round = (count: number): number => Math.round(count * 1e9) / 1e9;
  return { good: round(joined.good), bad: round(joined.bad) };
}

describe('the roles of one cohort in one bucket', () => {
  test.each<readonly [situation: string, roles: Roles | undefined, joined: Events | null]>([
    ['nothing was counted', undefined, null],
    ['nothing is known', {}, null],
    ['no bad event, and no total', { bad: 0 }, null],
    ['bad beside total', { bad: 3, total: 10 }, { good: 7, bad: 3 }],
    ['good beside total', { good: 7, total: 10 }, { good: 7, bad: 3 }],
    ['all three: bad over total', { good: 5, bad: 3, total: 10 }, { good: 7, bad: 3 }],
    ['a total alone, of an SLI that counts bad events', { total: 10 }, { good: 10, bad: 0 }],
    ['as many bad events as there are', { bad: Infinity, total: 10 }, { good: 0, bad: 10 }],
    ['as many good events as there are', { good: Infinity, total: 10 }, { good: 10, bad: 0 }],
    ['everything bad', { bad: 10, total: 10 }, { good: 0, bad: 10 }],
    // Fractional counts are off by a millionth of an event at most.
    ['a rounding below zero', { total: -1e-6, bad: -1e-6 }, { good: 0, bad: 0 }],
    ['a total a rounding below zero', { total: -1e-6 }, { good: 0, bad: 0 }],
    ['a rounding above the total', { bad: 10.000_000_9, total: 10 }, { good: 0, bad: 10 }],
    ['a rounding below the total', { bad: 9.999_999_5, total: 10 }, { good: 0, bad: 10 }],
    ['a thousandth below the total', { bad: 9.999, total: 10 }, { good: 0.001, bad: 9.999 }],
  ])('%s', (_, roles, joined) => {
    expect(rounded(joinRoles(roles, 'bad'))).toEqual(joined);
  });

  test.each<readonly [roles: Roles, flaw: string]>([
    [{ total: 10, bad: -0.001 }, '-0.001 is no count'],
    [{ total: -1, bad: 0 }, '-1 is no count'],
    [{ total: 10, good: -1 }, '-1 is no count'],
    [{ total: Infinity }, 'Infinity is no count'],
    [{ bad: Infinity }, 'Infinity is no count'],
    [{ total: Number.NaN }, 'NaN is no count'],
    [{ bad: 2 }, '2 events counted as bad, but no total'],
    [{ good: 2 }, '2 events counted as good, but no total'],
    [{ bad: 10.01, total: 10 }, '10.01 bad of 10 total'],
    [{ good: 10.01, total: 10 }, '10.01 good of 10 total'],
  ])('%j contradicts itself: %s', (roles, flaw) => {
    expect(joinRoles(roles, 'bad')).toBe(flaw);
  });

  test('an SLI that counts good events has none only where there are no events', () => {
    expect(joinRoles({ total: 5 }, 'good')).toBe('no good events beside 5 in all');
    expect(joinRoles({ total: 0 }, 'good')).toEqual({ good: 0, bad: 0 });
  });
});
