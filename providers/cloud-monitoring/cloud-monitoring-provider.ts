import type { AccessReport, CountsRequest, Fetched, MetricsProvider } from '../../src/core/provider.ts';
import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import { checkQueries } from './access.ts';
import type { MonitoringApi } from './api.ts';
import { usualLag } from './descriptor.ts';
import { Descriptors } from './descriptors.ts';
import { metricParts, sloParts } from './parts.ts';
import type { MonitoringQuery } from './query.ts';
import { PooledReader } from './pooled-reader.ts';
import { readPart, type PartAnswer } from './read-part.ts';
import { ApiReader, type SeriesReader } from './series-reader.ts';
import { SkewReader } from './skew-reader.ts';
import { readSlo, SLO_LAG } from './slo-counts.ts';

type Request = CountsRequest<MonitoringQuery>;

/** The provider on the port: time series in, counts out. */
export class CloudMonitoringProvider implements MetricsProvider<MonitoringQuery> {
  readonly #api: MonitoringApi;
  readonly #now: () => EpochMs;
  readonly #descriptors: Descriptors;
  readonly #reader: SeriesReader;

  constructor(api: MonitoringApi, now: () => EpochMs) {
    this.#api = api;
    this.#now = now;
    this.#descriptors = new Descriptors(api, now);
    this.#reader = new SkewReader(new PooledReader(new ApiReader(api), now), now);
  }

  async fetchCounts(request: Request, signal: AbortSignal): Promise<Fetched> {
    signal.throwIfAborted();
    const answers = await Promise.all([
      ...metricParts(request.queries).map(async (part): Promise<PartAnswer> => {
        const { project, metric } = part.base;
        const descriptor = await this.#descriptors.get(project, metric, signal);
        return readPart(part, request, descriptor, this.#reader, signal);
      }),
      ...sloParts(request.queries).map(async (part) =>
        readSlo(part, request, { api: this.#api, now: this.#now() }, signal),
      ),
    ]);
    return this.#join(answers, request);
  }

  async settlingLag(queries: Request['queries'], signal: AbortSignal): Promise<DurationMs> {
    signal.throwIfAborted();
    const lags = await Promise.all(
      Object.values(queries).map(async (query) => {
        if (query.settlingLag !== undefined) return query.settlingLag;
        if (query.kind === 'slo') return SLO_LAG;
        return usualLag(await this.#descriptors.get(query.project, query.metric, signal));
      }),
    );
    return Math.max(0, ...lags);
  }

  async checkAccess(queries: Request['queries'], signal: AbortSignal): Promise<AccessReport> {
    signal.throwIfAborted();
    return checkQueries(queries, { api: this.#api, descriptors: this.#descriptors, now: this.#now }, signal);
  }

  async close(): Promise<void> {
    this.#descriptors.close();
    await this.#api.close();
  }

  #join(answers: readonly PartAnswer[], { podLabel, window }: Request): Fetched {
    const missing = answers.flatMap((each) => each.missing ?? []);
    const [first] = missing;
    const newest = Math.max(0, ...answers.map((each) => each.newest ?? 0));
    const isAhead = newest > this.#now() + window.bucketMs;
    return {
      series: answers.flatMap((each) => each.series),
      ...(podLabel !== undefined && { podSplit: answers.flatMap((each) => each.podSplit) }),
      complete: first === undefined ? true : { missing: first },
      // Only where it says that clocks disagree; else the lag tells.
      ...(isAhead && { settledUntil: newest }),
      queriesSent: answers.flatMap((each) => each.queriesSent),
      notes: answers.flatMap((each) => each.notes),
    };
  }
}
