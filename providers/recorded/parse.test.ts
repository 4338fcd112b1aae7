import { describe, expect, test } from 'vitest';
import type { CohortMatch, CountsRequest } from '../../src/core/provider.ts';
import type { TableSeries } from '../../src/recording/aggregate.ts';
import type { RecordedTable } from '../../src/recording/read-table.ts';
import { answerRole, settledUntil } from './parse.ts';

const exact = (value: string): CohortMatch => ({ hash: value, value, match: 'exact' });

function tableOf(
  labels: readonly Partial<TableSeries>[],
  columns: RecordedTable['columns'] = new Set(),
): RecordedTable {
  const series = labels.map((each, index) => ({
    cohort: 'x',
    times: [0],
    good: [10 ** index],
    bad: [0],
    ...each,
  }));
  return { bucketMs: 60_000, series, columns, lastTime: 59_999, lines: { read: 1, dirty: 0 }, notes: [] };
}

type Ask = Partial<Pick<CountsRequest<unknown>, 'cohorts' | 'scope' | 'groupBy'>>;

function answer(table: RecordedTable, ask: Ask = {}): string[] {
  const request = {
    cohorts: { canary: exact('abc'), stable: exact('def') },
    scope: {},
    window: { start: 0, end: 60_000, bucketMs: 60_000 },
    ...ask,
  };
  return answerRole(table, 'x.csv', 'good', request).map(
    ({ cohort, group, points }) =>
      `${cohort}${group === undefined ? '' : ` ${group}`} ${String(points[0]?.[1])}`,
  );
}

const matching = (canary: CohortMatch, stable: CohortMatch): Ask => ({ cohorts: { canary, stable } });

describe('the cohort of a row is', () => {
  const hashes = tableOf([{ cohort: 'abc' }, { cohort: 'def' }, { cohort: 'abcd' }, { cohort: 'ab' }]);

  test('the one whose hash it holds', () => {
    expect(answer(hashes)).toEqual(['canary 1', 'stable 10']);
  });

  test('by prefix or suffix where the SLO says so, all rows that match summed', () => {
    const pods = tableOf([
      { cohort: 'web-abc-1' },
      { cohort: 'web-abc-2' },
      { cohort: 'web-abcd-1' },
      { cohort: 'v1-def' },
    ]);
    const canary: CohortMatch = { hash: 'abc', value: 'web-abc-', match: 'prefix' };
    const stable: CohortMatch = { hash: 'def', value: '-def', match: 'suffix' };
    expect(answer(pods, matching(canary, stable))).toEqual(['canary 11', 'stable 1000']);
  });

  test('never both: a row that matches twice is an error with a remedy', () => {
    const canary: CohortMatch = { hash: 'abc', value: 'abc', match: 'prefix' };
    const stable: CohortMatch = { hash: 'abcd', value: 'abcd', match: 'prefix' };
    expect(() => answer(hashes, matching(canary, stable))).toThrow(
      expect.objectContaining({
        code: 'provider-rejected',
        message: 'The cohort "abcd" in x.csv matches both canary and stable.',
      }),
    );
  });

  test.each(['exact', 'prefix', 'suffix'] as const)('not found by an empty value (%s)', (match) => {
    expect(answer(hashes, matching({ hash: 'abc', value: '', match }, exact('def')))).toEqual(['stable 10']);
  });

  test('the side that it names, whatever the hashes are', () => {
    const sides = tableOf([{ cohort: 'canary' }, { cohort: 'stable' }]);
    expect(answer(sides)).toEqual(['canary 1', 'stable 10']);
    expect(answer(sides, { cohorts: { canary: exact('anything'), stable: null } })).toEqual(['canary 1']);
  });

  test('never by name and by hash in one recording: names win', () => {
    const both = tableOf([{ cohort: 'canary' }, { cohort: 'abc' }, { cohort: 'def' }]);
    expect(answer(both)).toEqual(['canary 1']);
  });
});

describe('the scope', () => {
  const rows = [
    { cohort: 'abc', namespace: 'shop', cluster: 'eu' },
    { cohort: 'abc', namespace: 'shop', cluster: 'us' },
    { cohort: 'abc', namespace: 'staging' },
    { cohort: 'abc' },
  ];
  const table = tableOf(rows, new Set(['namespace', 'cluster']));

  test.each([
    [{}, ['canary 1111']],
    [{ namespace: 'shop' }, ['canary 11']],
    [{ namespace: 'shop', cluster: 'eu' }, ['canary 1']],
    [{ cluster: 'us' }, ['canary 10']],
    [{ namespace: 'prod' }, []],
    [{ rollout: 'checkout' }, ['canary 1111']],
  ])('%j narrows the rows', (scope, expected) => {
    expect(answer(table, { scope })).toEqual(expected);
  });

  test.each([
    ['namespace', { namespace: 'shop' }],
    ['cluster', { cluster: 'eu' }],
  ])('of a %s that the recording does not tell is an error with a remedy', (column, scope) => {
    expect(() => answer(tableOf([{ cohort: 'abc' }]), { scope })).toThrow(
      expect.objectContaining({
        code: 'invalid-scope',
        remedy: expect.stringContaining('burngate.io/scope: "global"') as string,
        message: expect.stringContaining(`no ${column} column`) as string,
      }),
    );
  });

  test('of a recording without any row is no error', () => {
    expect(answer({ ...tableOf([]), lastTime: null }, { scope: { namespace: 'shop' } })).toEqual([]);
  });
});

test('a group that is not named is "ungrouped" where a breakdown was asked for', () => {
  const table = tableOf([{ cohort: 'abc', group: 'a' }, { cohort: 'abc' }]);
  expect(answer(table, { groupBy: 'endpoint' })).toEqual(['canary a 1', 'canary ungrouped 10']);
  expect(answer(table)).toEqual(['canary 11']);
});

test('a recording is settled to the end of its newest bucket', () => {
  expect(settledUntil(tableOf([]))).toBe(60_000);
  expect(settledUntil({ ...tableOf([]), lastTime: 60_000 })).toBe(120_000);
  expect(settledUntil({ ...tableOf([]), lastTime: null })).toBeNull();
});
