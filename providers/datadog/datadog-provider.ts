import { ROLES } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import {
  EVERY_RELEASE,
  type AccessReport,
  type CountsRequest,
  type Fetched,
  type MetricsProvider,
} from '../../src/core/provider.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { alignDown, type Window } from '../../src/core/window.ts';
import type { DatadogClient } from './client.ts';
import { fetchLogs } from './logs-source.ts';
import { fetchMetrics } from './metrics-source.ts';
import {
  isCrawled,
  type ApmQuery,
  type DatadogQuery,
  type LogQuery,
  type MetricQuery,
  type SloQuery,
} from './query-model.ts';
import { nameOf } from './scope-tags.ts';
import { fetchSlo } from './slo-source.ts';
import { joinReports, type RoleQuery, type SourceAsk } from './source.ts';
import { Tally } from './tally.ts';

interface Deps {
  readonly client: DatadogClient;
  readonly now: () => EpochMs;
  readonly maxPoints: number;
  readonly site: string;
}

type Queries = CountsRequest<DatadogQuery>['queries'];

/** How far the newest counts of a crawler can be behind; older windows say nothing of it. */
const NEWEST: DurationMs = 60 * MINUTE;

/** The provider on the port: SLO queries in, counts out. */
export class DatadogProvider implements MetricsProvider<DatadogQuery> {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async fetchCounts(request: CountsRequest<DatadogQuery>, signal: AbortSignal): Promise<Fetched> {
    signal.throwIfAborted();
    const { client, maxPoints } = this.#deps;
    const tally = new Tally();
    const ask: SourceAsk = { request, tally, signal };
    const { metrics, logs, slos } = bySource(request.queries);
    const report = joinReports(
      await Promise.all([
        ...(metrics.length === 0 ? [] : [fetchMetrics(client, metrics, ask, maxPoints)]),
        ...(logs.length === 0 ? [] : [fetchLogs(client, logs, ask, maxPoints)]),
        ...(slos.length === 0 ? [] : [fetchSlo(client, slos, ask)]),
      ]),
    );
    const { series } = tally;
    return {
      ...report,
      series,
      ...(request.podLabel === undefined ? {} : { podSplit: tally.pods }),
      ...this.#settled(request, series),
    };
  }

  async settlingLag(queries: Queries, signal: AbortSignal): Promise<DurationMs> {
    signal.throwIfAborted();
    return Math.max(0, ...ROLES.map((role) => queries[role]?.settlingLag ?? 0));
  }

  /** Asks for the newest settled minutes of every query, of all releases at once. */
  async checkAccess(queries: Queries, signal: AbortSignal): Promise<AccessReport> {
    signal.throwIfAborted();
    const { now, site } = this.#deps;
    const lag = await this.settlingLag(queries, signal);
    const isSlo = ROLES.some((role) => queries[role]?.kind === 'slo');
    const bucketMs = isSlo ? 60 * MINUTE : MINUTE;
    const end = alignDown(now() - lag, bucketMs);
    const window: Window = { start: end - 5 * bucketMs, end, bucketMs };
    const cohorts = { canary: null, stable: EVERY_RELEASE };
    try {
      await this.fetchCounts({ queries, cohorts, scope: {}, window }, signal);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { ok: false, problem: error.message, remedy: error.remedy };
    }
    const names = ROLES.flatMap((role) => {
      const query = queries[role];
      return query === undefined ? [] : [nameOf(query)];
    });
    const read = names.length === 0 ? 'nothing to read' : `may read ${[...new Set(names)].join(', ')}`;
    return { ok: true, detail: `${site}: ${read}` };
  }

  async close(): Promise<void> {
    this.#deps.client.close();
  }

  /**
   * A crawler brings whole spans at once and late ones later still: past the newest total it has simply not been
   * there yet. Only of the newest window, for an older one that ends in silence is settled all the same.
   */
  #settled(
    { queries, window }: CountsRequest<DatadogQuery>,
    series: Fetched['series'],
  ): Pick<Fetched, 'settledUntil'> {
    const { total } = queries;
    if (total === undefined || !isCrawled(total) || window.end < this.#deps.now() - NEWEST) return {};
    const times = series.flatMap(({ role, points }) =>
      role === 'total' ? points.map(([time]) => time) : [],
    );
    return times.length === 0 ? {} : { settledUntil: Math.max(...times) + window.bucketMs };
  }
}

interface BySource {
  readonly metrics: RoleQuery<MetricQuery | ApmQuery>[];
  readonly logs: RoleQuery<LogQuery>[];
  readonly slos: RoleQuery<SloQuery>[];
}

function bySource(queries: Queries): BySource {
  const sources: BySource = { metrics: [], logs: [], slos: [] };
  for (const role of ROLES) {
    const query = queries[role];
    if (query === undefined) continue;
    switch (query.kind) {
      case 'metrics':
      case 'apm_metrics':
        sources.metrics.push([role, query]);
        break;
      case 'logs':
        sources.logs.push([role, query]);
        break;
      case 'slo':
        sources.slos.push([role, query]);
        break;
    }
  }
  return sources;
}
