import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCountsJson, parseObject } from './counts-jsonl.ts';

const FIELDS = { time: 1_700_000_000, cohort: 'canary', good: 10, bad: 1 };
const ROW = { time: 1_700_000_000_000, cohort: 'canary', good: 10, bad: 1 };

describe('a line of counts in JSON', () => {
  test.each([
    ['epoch seconds', {}, ROW],
    ['fractions of a second', { time: 1_700_000_000.289 }, { ...ROW, time: 1_700_000_000_289 }],
    ['RFC 3339', { time: '2023-11-14T22:13:20Z' }, ROW],
    [
      'labels',
      { group: 'GET /', pod: 'p', namespace: 'n', cluster: 'c' },
      { ...ROW, group: 'GET /', pod: 'p', namespace: 'n', cluster: 'c' },
    ],
    ['an empty group', { group: '' }, { ...ROW, group: 'ungrouped' }],
    ['a null group', { group: null }, { ...ROW, group: 'ungrouped' }],
    ['no other labels', { pod: '', namespace: null }, ROW],
    ['fractions of events', { good: 0.5, bad: 0 }, { ...ROW, good: 0.5, bad: 0 }],
  ])('may have %s', (_, differs, row) => {
    expect(parseCountsJson(JSON.stringify({ ...FIELDS, ...differs }))).toEqual({ kind: 'row', row });
  });

  test.each([
    { good: null, bad: null },
    { good: undefined, bad: undefined },
  ])('without counts is no data: %j', (counts) => {
    expect(parseCountsJson(JSON.stringify({ ...FIELDS, ...counts }))).toEqual({ kind: 'no-data' });
  });

  test('may be blank', () => {
    expect(parseCountsJson(' ')).toEqual({ kind: 'blank' });
  });

  test('never has minus zero', () => {
    const outcome = parseCountsJson('{"time":0,"cohort":"canary","good":-0,"bad":-0}');
    expect(outcome).toEqual({ kind: 'row', row: { time: 0, cohort: 'canary', good: 0, bad: 0 } });
  });

  test.each([
    ['{', ''],
    ['[1]', ''],
    ['null', ''],
    ['"x"', ''],
    ['{"time":1,"cohort":"canary","good":1,"bad":1,"extra":1}', 'extra'],
    ['{"__proto__":{"time":1},"cohort":"canary","good":1,"bad":1}', '__proto__'],
    ['{"cohort":"canary","good":1,"bad":1}', 'time'],
    ['{"time":"1e9","cohort":"canary","good":1,"bad":1}', 'time'],
    ['{"time":-1,"cohort":"canary","good":1,"bad":1}', 'time'],
    ['{"time":1,"good":1,"bad":1}', 'cohort'],
    ['{"time":1,"cohort":7,"good":1,"bad":1}', 'cohort'],
    ['{"time":1,"cohort":"","good":1,"bad":1}', 'cohort'],
    ['{"time":1,"cohort":"canary","bad":1}', 'good'],
    ['{"time":1,"cohort":"canary","good":"1","bad":1}', 'good'],
    ['{"time":1,"cohort":"canary","good":1,"bad":-1}', 'bad'],
    ['{"time":1,"cohort":"canary","good":1,"bad":1e999}', 'bad'],
    ['{"time":1,"cohort":"canary","good":1,"bad":1,"group":5}', 'group'],
  ])('%s is refused by its key', (line, path) => {
    expect(parseCountsJson(line)).toMatchObject({ kind: 'issue', issue: { path } });
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(['row', 'no-data', 'blank', 'issue']).toContain(parseCountsJson(line).kind);
      }),
      { seed: 6 },
    );
  });

  test('nested a hundred thousand deep is an answer, not a crash', () => {
    expect(parseCountsJson('['.repeat(100_000)).kind).toBe('issue');
    expect(parseObject(`{"a":${'['.repeat(100_000)}`)).toBeNull();
  });
});
