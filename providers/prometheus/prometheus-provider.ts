import { ROLES } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import type { AccessReport, CountsRequest, Fetched, MetricsProvider } from '../../src/core/provider.ts';
import { formatDuration, MINUTE, SECOND, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import type { ApiAnswer } from './answer.ts';
import type { PrometheusApi } from './client.ts';
import { cohortMatchers, cohortRules, scopeMatchers } from './cohorts.ts';
import { AnswerTooLarge, tooLarge } from './fault.ts';
import { countSamples } from './fetch-counts.ts';
import { countIncreases, isForReport } from './long-range.ts';
import type { PrometheusQuery } from './query.ts';
import { iso, reachOf, stepOf, type Ask, type ReadOptions, type QueryRecord } from './read-span.ts';
import { selectorText, type Matcher } from './selector.ts';
import type { PrometheusSettings } from './settings.ts';
import { edgesQuery, sourceOf, storedName } from './source.ts';

type Request = CountsRequest<PrometheusQuery>;

/** Edges of histograms hardly ever change; this many looks at a window find them all. */
const EDGE_LOOKS = 24;

/** The provider on the port: samples in, counts out. */
export class PrometheusProvider implements MetricsProvider<PrometheusQuery> {
  readonly #api: PrometheusApi;
  readonly #settings: PrometheusSettings;
  readonly #now: () => EpochMs;

  constructor(api: PrometheusApi, settings: PrometheusSettings, now: () => EpochMs) {
    this.#api = api;
    this.#settings = settings;
    this.#now = now;
  }

  async fetchCounts(request: Request, signal: AbortSignal): Promise<Fetched> {
    signal.throwIfAborted();
    const stop = new AbortController();
    try {
      return await this.#fetch(request, AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      // What else is under way for this request is of no use to anybody.
      stop.abort(error);
      throw error;
    }
  }

  async #fetch(request: Request, signal: AbortSignal): Promise<Fetched> {
    const { window } = request;
    const isLong = isForReport(request);
    const record = new Told();
    const options = this.#options(request, record);
    const asks = await this.#asks(request, options, signal);
    const count = isLong ? countIncreases : countSamples;
    const counts = await orTooLarge(count(asks, window, options, signal), asks[0]?.source.selector);
    const lag = this.#lagOf(request.queries);
    return {
      series: counts.series({ isWhole: isLong }),
      ...(request.podLabel === undefined ? {} : { podSplit: counts.podSplit({ isWhole: isLong }) }),
      complete: record.missing === null ? true : { missing: record.missing },
      ...(this.#api.skew === 0 ? {} : { settledUntil: this.#now() + this.#api.skew - lag }),
      queriesSent: record.queries,
      notes: [...record.notes, ...this.#ownNotes(window, request.queries)],
    };
  }

  async settlingLag(queries: Request['queries'], signal: AbortSignal): Promise<DurationMs> {
    signal.throwIfAborted();
    return this.#lagOf(queries);
  }

  async checkAccess(queries: Request['queries'], signal: AbortSignal): Promise<AccessReport> {
    signal.throwIfAborted();
    const found: string[] = [];
    const selectors = ROLES.flatMap((role) => {
      const query = queries[role];
      return query === undefined ? [] : [selectorText(storedName(query), query.matchers)];
    });
    for (const selector of new Set(selectors)) {
      try {
        const counted = this.#api.instant(`count(${selector})`, this.#now(), signal);
        const { series } = await orTooLarge(counted, selector);
        found.push(`${selector}: ${String(series[0]?.values[0]?.[1] ?? 0)} series now`);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        return { ok: false, problem: error.message, remedy: error.remedy };
      }
    }
    return { ok: true, detail: found.length === 0 ? `${this.#api.server} was not asked` : found.join('; ') };
  }

  async close(): Promise<void> {
    this.#api.close();
  }

  #options({ groupBy, podLabel, queries }: Request, record: QueryRecord): ReadOptions {
    const { read, replicaLabels } = this.#settings;
    const interval = Math.max(...this.#intervals(queries));
    return {
      api: this.#api,
      mode: read,
      reach: reachOf(interval),
      step: stepOf(Math.min(...this.#intervals(queries))),
      record,
      labelling: {
        replicaLabels,
        ...(groupBy === undefined ? {} : { groupBy }),
        ...(podLabel === undefined ? {} : { podLabel }),
      },
    };
  }

  async #asks(request: Request, options: ReadOptions, signal: AbortSignal): Promise<Ask[]> {
    const { queries, cohorts, scope, window } = request;
    const asks = await Promise.all(
      ROLES.map(async (role): Promise<Ask | null> => {
        const query = queries[role];
        if (query === undefined) return null;
        const rules = cohortRules(cohorts, scope, query);
        const matchers = cohortMatchers(rules);
        const where = { scope: scopeMatchers(scope, query, this.#settings.cluster), cohorts: matchers ?? [] };
        if (matchers === null) {
          options.record.sent(`${role}: nothing, as no cohort could match`);
          return null;
        }
        const les = await this.#edges(query, where, window, options, signal);
        const source = sourceOf(role, query, where, les);
        for (const note of source.notes) options.record.note(note);
        return { source, rules };
      }),
    );
    return asks.filter((ask) => ask !== null);
  }

  /** All edges that the window's histograms have, as their labels spell them. */
  async #edges(
    query: PrometheusQuery,
    where: { readonly scope: readonly Matcher[]; readonly cohorts: readonly Matcher[] },
    { start, end }: Window,
    { record }: ReadOptions,
    signal: AbortSignal,
  ): Promise<string[]> {
    const text = edgesQuery(query, where);
    if (text === null) return [];
    const step = Math.max(5 * MINUTE, Math.ceil((end - start) / EDGE_LOOKS / MINUTE) * MINUTE);
    // Backwards from the end, so that a window shorter than a step is looked at too.
    const from = end - Math.floor((end - start) / step) * step;
    record.sent(`${text} from ${iso(from)} to ${iso(end)} step ${String(step / SECOND)}s`);
    const answer = await orTooLarge(this.#api.range(text, { start: from, end, step }, signal), text);
    record.told(answer);
    return [...new Set(answer.series.flatMap(({ labels }) => labels['le'] ?? []))];
  }

  #intervals(queries: Request['queries']): DurationMs[] {
    return ROLES.flatMap((role) => {
      const query = queries[role];
      return query === undefined ? [] : [query.scrapeInterval ?? this.#settings.scrapeInterval];
    });
  }

  /**
   * A scrape that begins just before the end of a bucket is stored when it ends, at most one interval later (a
   * scrape's timeout is never longer); the second interval is for clocks, remote write and rule evaluation.
   */
  #lagOf(queries: Request['queries']): DurationMs {
    const lags = ROLES.flatMap((role) => {
      const query = queries[role];
      if (query === undefined) return [];
      return [query.settlingLag ?? 2 * (query.scrapeInterval ?? this.#settings.scrapeInterval)];
    });
    return Math.max(0, ...lags);
  }

  #ownNotes({ bucketMs }: Window, queries: Request['queries']): string[] {
    const { skew } = this.#api;
    const side = skew > 0 ? 'ahead of' : 'behind';
    const slow = this.#intervals(queries).find((interval) => interval > bucketMs);
    return [
      ...(skew === 0 ? [] : [`the server's clock is ${formatDuration(Math.abs(skew))} ${side} ours`]),
      ...(slow === undefined
        ? []
        : [
            `scraped every ${formatDuration(slow)}, so buckets are empty: set burngate.io/bucket to a multiple of it`,
          ]),
    ];
  }
}

async function orTooLarge<T>(work: Promise<T>, query = ''): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof AnswerTooLarge ? tooLarge(query) : error;
  });
}

/** What one request sent and was told. */
class Told implements QueryRecord {
  readonly #queries = new Set<string>();
  readonly #notes = new Set<string>();
  readonly #warnings = new Set<string>();

  sent(query: string): void {
    this.#queries.add(query);
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  told({ warnings, infos }: ApiAnswer): void {
    for (const warning of warnings) this.#warnings.add(shown(warning));
    for (const info of infos) this.#notes.add(shown(info));
  }

  get queries(): string[] {
    return [...this.#queries];
  }

  get notes(): string[] {
    return [...this.#notes];
  }

  get missing(): string | null {
    if (this.#warnings.size === 0) return null;
    return `the server warns of ${[...this.#warnings].slice(0, 3).join(', ')}`;
  }
}
