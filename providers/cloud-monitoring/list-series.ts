import { shown } from '../../src/core/parsed.ts';
import type { ListRequest, MonitoringApi } from './api.ts';
import { garbled } from './garbled.ts';
import { readPage, type TimeSeries } from './time-series.ts';

export interface Listed {
  readonly series: readonly TimeSeries[];
  /** What the API said is missing, or the page limit. */
  readonly missing: string | null;
  /** UCUM, as the answer has it. */
  readonly unit: string;
}

/** Points of a page: the API allows 100,000; parsing these takes about 0.1 s. */
const PAGE_SIZE = 20_000;
/** Half a million points: what a look-back of six hours with 500 groups and three response classes needs. */
const MAX_PAGES = 25;
/** Pages may be empty; this many in a row are no progress. */
const MAX_EMPTY_PAGES = 3;

/**
 * All pages of one question, asked for one by one: the SDK's own paging drops `executionErrors`. Throws
 * `ProviderError`.
 */
export async function listSeries(
  api: MonitoringApi,
  request: Omit<ListRequest, 'pageSize' | 'pageToken'>,
  signal: AbortSignal,
): Promise<Listed> {
  const series: TimeSeries[] = [];
  const errors: string[] = [];
  const tokens = new Set<string>(['']);
  let unit = '';
  let pageToken = '';
  let empty = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page's token comes with the one before
    const answer = await api.listTimeSeries({ ...request, pageSize: PAGE_SIZE, pageToken }, signal);
    const { timeSeries, executionErrors, nextPageToken, unit: told } = readPage(answer);
    series.push(...timeSeries);
    errors.push(...executionErrors);
    unit = told === '' ? unit : told;
    if (nextPageToken === '') return { series, unit, missing: missingOf(errors) };
    empty = timeSeries.length === 0 ? empty + 1 : 0;
    if (tokens.has(nextPageToken) || empty >= MAX_EMPTY_PAGES)
      throw garbled('its pages do not come to an end');
    tokens.add(nextPageToken);
    pageToken = nextPageToken;
  }
  const limit = `the answer has more than ${String(MAX_PAGES)} pages of ${String(PAGE_SIZE)} points`;
  return { series, unit, missing: missingOf([limit, ...errors]) };
}

function missingOf(errors: readonly string[]): string | null {
  const [first] = errors;
  if (first === undefined) return null;
  const more = errors.length === 1 ? '' : ` and ${String(errors.length - 1)} more`;
  return `Cloud Monitoring: ${shown(first).replaceAll('"', '')}${more}`;
}
