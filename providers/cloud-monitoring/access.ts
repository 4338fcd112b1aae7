import { ProviderError } from '../../src/core/errors.ts';
import type { AccessReport, CountsRequest } from '../../src/core/provider.ts';
import { HOUR, MINUTE, type EpochMs } from '../../src/core/units.ts';
import { alignDown } from '../../src/core/window.ts';
import { quote } from '../_shared/google/quote.ts';
import type { MonitoringApi } from './api.ts';
import type { Descriptors } from './descriptors.ts';
import { filterText } from './filter.ts';
import { listSeries } from './list-series.ts';
import type { MonitoringQuery } from './query.ts';

interface Deps {
  readonly api: MonitoringApi;
  readonly descriptors: Descriptors;
  readonly now: () => EpochMs;
}

/** Asks for each metric's descriptor, and for the names of its series in the last hour: what a verdict needs. */
export async function checkQueries(
  queries: CountsRequest<MonitoringQuery>['queries'],
  deps: Deps,
  signal: AbortSignal,
): Promise<AccessReport> {
  const different = new Map(Object.values(queries).map((query) => [targetOf(query), query]));
  if (different.size === 0) return { ok: true, detail: 'nothing was asked for' };
  try {
    const found = await Promise.all(
      [...different].map(async ([target, query]) => `${target} (${await checkOne(query, deps, signal)})`),
    );
    return { ok: true, detail: `${deps.api.principal()} may read ${found.join(', ')}` };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ok: false, problem: error.message, remedy: error.remedy };
  }
}

function targetOf(query: MonitoringQuery): string {
  return query.kind === 'slo' ? query.slo : `${query.metric} in ${query.project}`;
}

async function checkOne(query: MonitoringQuery, deps: Deps, signal: AbortSignal): Promise<string> {
  const end = alignDown(deps.now(), MINUTE);
  const { project } = query;
  const ask = { project, start: end - HOUR, end, headersOnly: true, party: 'access' };
  if (query.kind === 'slo') {
    const filter = `select_slo_counts(${quote(query.slo)})`;
    await listSeries(deps.api, { ...ask, filter }, signal);
    return 'an SLO of the whole service';
  }
  const { metric, resource, where } = query;
  const descriptor = await deps.descriptors.get(project, metric, signal);
  const filter = filterText({ metric, resource, all: where, anyOf: [] });
  const { series } = await listSeries(deps.api, { ...ask, filter }, signal);
  const seen =
    series.length === 0 ? 'no series in the last hour' : `${String(series.length)} series in the last hour`;
  return `${descriptor.kind} ${descriptor.type}, ${seen}`;
}
