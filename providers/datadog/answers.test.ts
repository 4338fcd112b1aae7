import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import { readLogs } from './logs-answer.ts';
import { onGrid, readSloHistory } from './slo-answer.ts';
import { readTimeseries } from './timeseries-answer.ts';
import { capturing, parseJson } from './wire.ts';

const START = Date.UTC(2026, 4, 1, 12);
const window = { start: START, end: START + 3 * MINUTE, bucketMs: MINUTE };
const times = [0, 1, 2].map((minute) => START + minute * MINUTE);

const timeseries = (attributes: object): unknown => ({
  data: {
    id: '0',
    type: 'timeseries_response',
    attributes: { times, series: [], values: [], ...attributes },
  },
});
const line = { group_tags: ['version:a-1', 'resource_name:get_/a:b'], query_index: 0, unit: null };

describe('a timeseries answer', () => {
  test('gives tags by key, whatever colons the value has, and no point for null', () => {
    const body = timeseries({ series: [line], values: [[1, null, 2.5]] });
    expect(readTimeseries(body, window, 1)).toEqual([
      {
        index: 0,
        unit: null,
        tags: new Map([
          ['version', 'a-1'],
          ['resource_name', 'get_/a:b'],
        ]),
        points: [
          [times[0], 1],
          [times[2], 2.5],
        ],
      },
    ]);
  });

  test('drops the buckets across the borders of the window, which are partial', () => {
    const body = timeseries({
      times: [START - MINUTE, ...times, START + 3 * MINUTE],
      series: [line],
      values: [[9, 1, 1, 1, 9]],
    });
    expect(readTimeseries(body, window, 1)[0]?.points.map(([time]) => time)).toEqual(times);
  });

  test.each([
    ['series without values', { series: [line] }, 'has 1 series but 0 lists of values'],
    [
      'a query that was not asked',
      { series: [{ ...line, query_index: 1 }], values: [[1, 1, 1]] },
      'not asked',
    ],
    [
      'a tag without a key',
      { series: [{ ...line, group_tags: ['x'] }], values: [[1, 1, 1]] },
      'without a key',
    ],
    [
      'a unit without a name',
      { series: [{ ...line, unit: [{}] }], values: [[1, 1, 1]] },
      'unit without a name',
    ],
    ['values that are too long', { series: [line], values: [[1, 1, 1, 1]] }, 'has 4 values for 3 times'],
    ['no index', { series: [{ group_tags: [] }], values: [[1, 1, 1]] }, 'without query_index'],
  ])('with %s is refused', (_, attributes, message) => {
    expect(() => readTimeseries(timeseries(attributes), window, 1)).toThrow(message);
  });
});

describe('a log aggregate', () => {
  const answer = (more: object) => ({
    meta: { status: 'done' },
    data: {
      buckets: [
        {
          by: { service: 'a', '@code': 200 },
          computes: { c0: [{ time: '2026-05-01T12:00:00Z', value: 3 }] },
        },
      ],
    },
    ...more,
  });

  test('gives counts by facet, numbers as text', () => {
    expect(readLogs(answer({}), window)).toEqual({
      buckets: [
        {
          by: new Map([
            ['service', 'a'],
            ['@code', '200'],
          ]),
          points: [[START, 3]],
        },
      ],
      missing: null,
    });
  });

  test('with a further page is incomplete', () => {
    const { missing } = readLogs(answer({ meta: { status: 'done', page: { after: 'x' } } }), window);
    expect(missing).toBe('Datadog has more groups than it answered with');
  });

  test.each([
    ['an unknown status', { meta: { status: 'half' } }, 'no status that is known'],
    [
      'a time that is none',
      { data: { buckets: [{ computes: { c0: [{ time: 'soon', value: 1 }] } }] } },
      'no time',
    ],
    ['no data', { data: null }, 'has no data'],
  ])('with %s is refused', (_, more, message) => {
    expect(() => readLogs(answer(more), window)).toThrow(message);
  });
});

describe('a history', () => {
  const series = {
    interval: 1800,
    times: [START, START + HOUR / 2, START + HOUR],
    numerator: { values: [1, 2, null], sum: 3 },
    denominator: { values: [2, 2, 5], sum: 9 },
  };
  const body = (more: object) => ({ data: { type: 'metric', series: { ...series, ...more } }, errors: null });
  const hours = { start: START, end: START + 2 * HOUR, bucketMs: HOUR };

  test('sums its intervals to buckets, those that are known', () => {
    expect(onGrid(readSloHistory(body({})), hours)).toEqual([[START, 3, 4]]);
  });

  test('in intervals that do not fit has no buckets', () => {
    expect(onGrid(readSloHistory(body({ interval: 7200 })), hours)).toBeNull();
    expect(
      onGrid(readSloHistory(body({ times: [START + 600_000, START + HOUR, START + 2 * HOUR] })), hours),
    ).toBeNull();
  });

  test('with lists of different lengths is refused', () => {
    expect(() => readSloHistory(body({ times: [START] }))).toThrow('has 3 and 3 values for 1 times');
  });
});

describe('the wire', () => {
  test.each([
    ['', 'is empty'],
    ['{"a":[1,NaN]}', 'contains NaN'],
    ['{"a":-Infinity}', 'contains NaN'],
    ['{"a":[1,2', 'is cut off, or no JSON'],
    ['<html>', 'is cut off, or no JSON'],
  ])('takes %j for no JSON', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  test('hands the client nothing of an answer', async () => {
    const kept: string[] = [];
    const send = capturing(new AbortController().signal, ({ text }) => void kept.push(text));
    const reply = await send('data:application/json,{"secret":1}', {});
    expect([kept, await reply.text()]).toEqual([['{"secret":1}'], '{}']);
  });
});
