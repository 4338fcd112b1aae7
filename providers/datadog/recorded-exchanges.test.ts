import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProviderError } from '../../src/core/errors.ts';
import type { Window } from '../../src/core/window.ts';
import { readLogs } from './logs-answer.ts';
import { readSloHistory } from './slo-answer.ts';
import { readTimeseries } from './timeseries-answer.ts';

// Exchanges recorded by DataDog/datadog-api-client-typescript (Apache-2.0), beside this repository.
const FOLDER = join(import.meta.dirname, '../../../shared/data/datadog');
const PRESENT = existsSync(FOLDER);

interface Exchange {
  readonly request: { readonly url: string; readonly postData?: { readonly text: string } };
  readonly response: { readonly status: number; readonly content: { readonly text?: string } };
}

function exchangesOf(file: string): Exchange[] {
  const har = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { log: { entries: Exchange[] } };
  return har.log.entries;
}

interface Attributes {
  readonly from: number;
  readonly to: number;
  readonly interval: number;
}

/** Counts, or the reason why there are none. */
function outcomeOf({ request, response }: Exchange): string {
  const body = JSON.parse(response.content.text ?? '') as unknown;
  try {
    if (request.url.endsWith('/api/v2/query/timeseries')) {
      const sent = JSON.parse(request.postData?.text ?? '') as { data: { attributes: Attributes } };
      const { from, to, interval } = sent.data.attributes;
      return countsOf(readTimeseries(body, { start: from, end: to, bucketMs: interval }, 1));
    }
    if (request.url.endsWith('/aggregate')) {
      const window: Window = { start: 0, end: Date.UTC(2100, 0), bucketMs: 300_000 };
      return countsOf(readLogs(body, window).buckets);
    }
    if (request.url.includes('/history')) {
      const { points, sum } = readSloHistory(body);
      return `${String(points.length)} intervals, ${String(sum.total)} events`;
    }
    return 'another call';
  } catch (error) {
    const { code, message } = error as ProviderError;
    return `${code}: ${message}`;
  }
}

function countsOf(lines: readonly { readonly points: readonly (readonly [number, number])[] }[]): string {
  const points = lines.flatMap((line) => line.points);
  const events = points.reduce((sum, [, count]) => sum + count, 0);
  return `${String(lines.length)} lines, ${String(points.length)} points, ${String(events)} events`;
}

/** What each recording gives; those not named are answers without any series. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'v1__Metrics__Query-timeseries-points-returns-OK-response.har': ['another call'],
  'v1__Service-Level-Objectives__Get-an-SLO-s-history-returns-OK-response.har': [
    'another call',
    '13 intervals, 0 events',
    'another call',
  ],
  'v2__Metrics__Timeseries-cross-product-query-returns-Bad-Request-response.har': [
    "provider-garbled: Datadog's answer says that it failed (errors with status 200).",
  ],
  'v2__Metrics__Timeseries-cross-product-query-returns-OK-response.har': ['1 lines, 3 points, 89 events'],
  'v2__Metrics__Timeseries-cross-product-query-with-RUM-data-source-returns-OK-response.har': [
    '1 lines, 14 points, 340 events',
  ],
  'v2__Spans__Aggregate-spans-returns-OK-response.har': ["provider-garbled: Datadog's answer has no data."],
};

describe.skipIf(!PRESENT)('recorded exchanges of Datadog (../shared/data/datadog)', () => {
  test.each(PRESENT ? readdirSync(FOLDER).filter((name) => name.endsWith('.har')) : [])(
    '%s gives counts or a named reason',
    (file) => {
      const outcomes = exchangesOf(file).map((exchange) => outcomeOf(exchange));
      const isNamed = OUTCOMES[file] !== undefined;
      const unnamed = /^(?:1 lines, [1-9]\d* points, [1-9]\d* events|0 lines, 0 points, 0 events)$/;
      expect(isNamed ? outcomes : outcomes.filter((outcome) => !unnamed.test(outcome))).toEqual(
        OUTCOMES[file] ?? [],
      );
    },
  );
});
