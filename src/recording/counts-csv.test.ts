import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsvHeader, splitCsv } from './counts-csv.ts';
import type { RowOutcome } from './counts-row.ts';

function parse(header: string, line: string): RowOutcome {
  const rows = parseCsvHeader(header);
  if (!rows.ok) throw new Error(JSON.stringify(rows.issues));
  return rows.value.parse(line);
}

function issuesOf(header: string): string[] {
  const rows = parseCsvHeader(header);
  return rows.ok ? [] : rows.issues.map(({ path, given, allowed }) => `${path}|${given}|${allowed}`);
}

const HEADER = 'time,cohort,good,bad';
const ROW = { time: 1_700_000_000_000, cohort: 'canary', good: 10, bad: 1 };

describe('the header', () => {
  test.each([
    [HEADER, '1700000000,canary,10,1'],
    ['bad,good,cohort,time', '1,10,canary,1700000000'],
    [' time , cohort,good,bad', ' 1700000000 , canary , 10 ,1'],
    ['"time","cohort","good","bad"', '"1700000000","canary","10","1"'],
  ])('%s names the columns in any order', (header, line) => {
    expect(parse(header, line)).toEqual({ kind: 'row', row: ROW });
  });

  test('may name group, pod, namespace and cluster', () => {
    const rows = parseCsvHeader('cluster,time,cohort,good,bad,namespace,pod,group');
    expect(rows.ok && rows.value.columns).toEqual(['group', 'pod', 'namespace', 'cluster']);
    expect(rows.ok && rows.value.parse('eu,1700000000,canary,10,1,shop,web-1,GET /')).toEqual({
      kind: 'row',
      row: { ...ROW, group: 'GET /', pod: 'web-1', namespace: 'shop', cluster: 'eu' },
    });
  });

  test('says everything that is wrong with it at once', () => {
    expect(issuesOf('time,cohrt,good,good')).toEqual([
      'cohrt|the column "cohrt"|the columns time, cohort, good, bad and, where wanted, group, pod, namespace, cluster',
      'good|the column twice|each column once',
      '|"time,cohrt,good,good"|a header with cohort, bad as well; the columns time, cohort, good, bad and, where wanted, group, pod, namespace, cluster',
    ]);
  });

  test.each([
    '',
    'time;cohort;good;bad',
    'Time,Cohort,Good,Bad',
    '__proto__,time,cohort,good,bad',
    '"time,cohort',
  ])('%j is refused', (header) => {
    expect(issuesOf(header)).not.toEqual([]);
  });
});

describe('a row', () => {
  test.each([
    ['decimals and exponents', '1700000000,canary,1.5,1e2', { good: 1.5, bad: 100 }],
    ['zeros', '1700000000,canary,0,0.0', { good: 0, bad: 0 }],
    [
      'the largest whole number',
      '1700000000,canary,9007199254740991,0',
      { good: 9_007_199_254_740_991, bad: 0 },
    ],
    ['RFC 3339', '2023-11-14T22:13:20Z,canary,10,1', {}],
    ['a hash as cohort', '1700000000,6d4b75cb6d,10,1', { cohort: '6d4b75cb6d' }],
  ])('may have %s', (_, line, differs) => {
    expect(parse(HEADER, line)).toEqual({ kind: 'row', row: { ...ROW, ...differs } });
  });

  test.each(['', '   ', '# a comment', '#,,,'])('%j says nothing', (line) => {
    expect(parse(HEADER, line)).toEqual({ kind: 'blank' });
  });

  test('with neither good nor bad is no data, not zero', () => {
    expect(parse(HEADER, '1700000000,canary,,')).toEqual({ kind: 'no-data' });
  });

  test('without a group is "ungrouped" where the file has groups, and has none where it does not', () => {
    expect(parse(`${HEADER},group`, '1700000000,canary,10,1,')).toEqual({
      kind: 'row',
      row: { ...ROW, group: 'ungrouped' },
    });
    expect(parse(HEADER, '1700000000,canary,10,1')).toEqual({ kind: 'row', row: ROW });
  });

  test('without pod, namespace or cluster has none', () => {
    expect(parse(`${HEADER},pod,namespace,cluster`, '1700000000,canary,10,1,,,')).toEqual({
      kind: 'row',
      row: ROW,
    });
  });

  test.each([
    ['yesterday,canary,10,1', 'time', '"yesterday"'],
    [',canary,10,1', 'time', '""'],
    ['1700000000000,canary,10,1', 'time', '"1700000000000"'],
    ['1700000000,,10,1', 'cohort', '""'],
    ['1700000000,canary,,1', 'good', '""'],
    ['1700000000,canary,10,', 'bad', '""'],
    ['1700000000,canary,-10,1', 'good', '"-10"'],
    ['1700000000,canary,10,-0', 'bad', '"-0"'],
    ['1700000000,canary,NaN,1', 'good', '"NaN"'],
    ['1700000000,canary,Infinity,1', 'good', '"Infinity"'],
    ['1700000000,canary,1e400,1', 'good', '"1e400"'],
    ['1700000000,canary,9007199254740993,1', 'good', '"9007199254740993"'],
    ['1700000000,canary,0x10,1', 'good', '"0x10"'],
    ['1700000000,canary,"1,000",1', 'good', '"1,000"'],
    ['1700000000,canary,10', '', '3 columns'],
    ['1700000000,canary,10,1,', '', '5 columns'],
    ['1700000000,"canary,10,1', '', '"1700000000,"canary,10,1"'],
    ['1700000000,can"ary,10,1', '', '"1700000000,can"ary,10,1"'],
  ])('%s is refused by column and given value', (line, path, given) => {
    expect(parse(HEADER, line)).toMatchObject({ kind: 'issue', issue: { path, given } });
  });

  test('with control characters is shown without them', () => {
    expect(parse(HEADER, '\u001B[2J,canary,10,1')).toMatchObject({ issue: { given: '"?[2J"' } });
  });
});

describe('cells', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",', ['say "hi"', '']],
    ['"",""', ['', '']],
    [' "a" , b ', ['a', 'b']],
    ['" a "', [' a ']],
    ['"""",x', ['"', 'x']],
  ])('of %j', (line, cells) => {
    expect(splitCsv(line)).toEqual(cells);
  });

  test.each(['"a', '"a"b', 'a"b', 'x,"a"",b', '"'])('of %j are refused', (line) => {
    expect(splitCsv(line)).toBeTypeOf('string');
  });

  test('come back whatever is quoted, line breaks aside', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', '#', 'é') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const line = cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',');
        expect(splitCsv(line)).toEqual(cells);
      }),
      { seed: 5 },
    );
  });
});
