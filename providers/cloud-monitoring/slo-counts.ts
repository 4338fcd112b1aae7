import { COHORTS, type Cohort, type Role } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { quote } from '../_shared/google/quote.ts';
import type { MonitoringApi } from './api.ts';
import { countOf } from './counts.ts';
import { garbled, rejected } from './garbled.ts';
import { listSeries } from './list-series.ts';
import type { SloPart } from './parts.ts';
import type { MonitoringQuery } from './query.ts';
import type { PartAnswer } from './read-part.ts';
import { isNewest, sloStanding } from './slo-standing.ts';
import { Tally } from './tally.ts';
import type { TimeSeries } from './time-series.ts';

/** What an SLO's counts come from is not said by its name; most metrics are there after five minutes. */
export const SLO_LAG: DurationMs = 5 * MINUTE;

const EVENT_TYPE = 'metric.labels.event_type';

/**
 * Counts of an SLO that Cloud Monitoring keeps (`select_slo_counts`): good and bad events of the whole service. Who
 * asks about a release is refused, as these counts know no releases. Throws `ProviderError`.
 */
export async function readSlo(
  { slo, roles }: SloPart,
  request: CountsRequest<MonitoringQuery>,
  { api, now }: { readonly api: MonitoringApi; readonly now: EpochMs },
  signal: AbortSignal,
): Promise<PartAnswer> {
  const { cohorts, window, groupBy } = request;
  const asked = COHORTS.flatMap((cohort) => {
    const match = cohorts[cohort];
    return match === null ? [] : [{ cohort, match: match.match }];
  });
  if (asked.some(({ match }) => match !== 'any')) throw ofTheWholeOnly(slo.slo);
  const { namespace, cluster } = request.scope;
  if (namespace !== undefined || cluster !== undefined) throw scopeUnknown(slo.slo);
  const filter = `select_slo_counts(${quote(slo.slo)})`;
  const aggregation = { period: window.bucketMs, aligner: 'ALIGN_SUM' as const, groupBy: [EVENT_TYPE] };
  const { start, end, bucketMs } = window;
  const { project } = slo;
  const [{ series, missing }, standing] = await Promise.all([
    listSeries(api, { project, filter, start, end, aggregation, party: slo.slo }, signal),
    isNewest(window, now) ? sloStanding(slo, window, api, signal) : [],
  ]);
  const sent = `timeSeries.list projects/${project} ${filter} | ALIGN_SUM ${String(bucketMs / 1000)}s REDUCE_SUM by (${EVENT_TYPE})`;
  const group = groupBy === undefined ? undefined : 'ungrouped';
  const cohortsAsked = asked.map(({ cohort }) => cohort);
  return {
    series: tallyOf(series, { roles, window, group, cohorts: cohortsAsked }).series(),
    podSplit: [],
    missing,
    queriesSent: [sent],
    notes: ['counts of the whole service, from an SLO of Cloud Monitoring', ...standing],
    newest: null,
  };
}

interface Wanted {
  readonly roles: readonly Role[];
  readonly cohorts: readonly Cohort[];
  readonly group: string | undefined;
  readonly window: Window;
}

function tallyOf(all: readonly TimeSeries[], { roles, cohorts, group, window }: Wanted): Tally {
  const tally = new Tally();
  for (const { labels, points } of all) {
    const type = labels.metric['event_type'];
    if (type !== 'good' && type !== 'bad') throw garbled('SLO counts of neither good nor bad events');
    const lines = roles
      .filter((role) => role === type || role === 'total')
      .flatMap((role) => cohorts.map((cohort) => tally.to({ role, cohort, group, pod: undefined })));
    for (const { end, value } of points) {
      const bucket = end - window.bucketMs;
      if (bucket < window.start || bucket >= window.end) continue;
      const count = countOf(value);
      for (const add of lines) add(bucket, { least: count, most: count });
    }
  }
  return tally;
}

function scopeUnknown(slo: string): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `${slo} counts what it counts: no label tells namespaces or clusters apart.`,
    remedy: 'Annotate the SLO with burngate.io/scope: "global".',
    retryable: false,
  });
}

function ofTheWholeOnly(slo: string): Error {
  return rejected(
    `${slo} counts the whole service and cannot tell canary from stable.`,
    'Give the SLO file the metric itself (spec.metric with a label that holds the release); an SLO of Cloud Monitoring serves reports only.',
  );
}
