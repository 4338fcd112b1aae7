import { COHORTS, type Cohort, type Role } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CohortMatch, CountsRequest, PodSeries, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';
import { alignDown } from '../../src/core/window.ts';
import type { TableSeries } from '../../src/recording/aggregate.ts';
import type { RecordedTable } from '../../src/recording/read-table.ts';
import { podSeriesOf, seriesOf, type SeriesAsk } from '../../src/recording/series.ts';
import { ambiguousCohort, invalidScope } from './fault.ts';

type Request = Pick<CountsRequest<unknown>, 'cohorts' | 'scope' | 'groupBy' | 'window'>;

/** One role of a request out of one recording. Throws `ProviderError` where the two do not fit. */
export function answerRole(table: RecordedTable, path: string, role: Role, request: Request): Series[] {
  checkScope(table, path, request);
  return seriesOf(table, askOf(table, path, role, request));
}

/** The canary's counts by pod; none where the recording has no pod column. */
export function answerPods(table: RecordedTable, path: string, role: Role, request: Request): PodSeries[] {
  if (!table.columns.has('pod')) return [];
  return podSeriesOf(table, askOf(table, path, role, request));
}

function askOf(table: RecordedTable, path: string, role: Role, request: Request): SeriesAsk {
  return {
    role,
    window: request.window,
    cohortOf: cohortReader(table, path, request.cohorts),
    grouped: request.groupBy !== undefined,
    keep: (series) => isInScope(series, request.scope),
  };
}

/** True where the recording names the sides themselves; hashes then have no say. */
export function namesSides(table: RecordedTable): boolean {
  return table.series.some(({ cohort }) => isSide(cohort));
}

/** End of the newest bucket: a recording ends with whole buckets, or names a settling lag. */
export function settledUntil(table: RecordedTable): EpochMs | null {
  return table.lastTime === null ? null : alignDown(table.lastTime, table.bucketMs) + table.bucketMs;
}

function checkScope({ columns, lastTime }: RecordedTable, path: string, { scope }: Request): void {
  // JSON lines tell their columns with the first row; without any there is nothing to mix up.
  if (lastTime === null) return;
  for (const column of ['namespace', 'cluster'] as const) {
    const wanted = scope[column];
    if (wanted !== undefined && !columns.has(column)) throw invalidScope(path, column, shown(wanted));
  }
}

function isInScope(series: TableSeries, scope: Request['scope']): boolean {
  if (scope.namespace !== undefined && series.namespace !== scope.namespace) return false;
  return scope.cluster === undefined || series.cluster === scope.cluster;
}

function isSide(cohort: string): cohort is Cohort {
  return COHORTS.some((side) => side === cohort);
}

function cohortReader(
  table: RecordedTable,
  path: string,
  cohorts: Request['cohorts'],
): (cohort: string) => Cohort | null {
  // Whatever the recording calls them: a report wants every release, as one side.
  if (cohorts.stable?.match === 'any' && cohorts.canary === null) return () => 'stable';
  if (namesSides(table)) return (cohort) => (isSide(cohort) && cohorts[cohort] !== null ? cohort : null);
  return (cohort) => {
    const isCanary = matches(cohorts.canary, cohort);
    const isStable = matches(cohorts.stable, cohort);
    if (isCanary && isStable) throw ambiguousCohort(path, shown(cohort));
    return isCanary ? 'canary' : isStable ? 'stable' : null;
  };
}

function matches(wanted: CohortMatch | null, cohort: string): boolean {
  // An empty prefix would match every release.
  if (wanted === null) return false;
  if (wanted.match === 'any') return true;
  if (wanted.value === '') return false;
  switch (wanted.match) {
    case 'exact':
      return cohort === wanted.value;
    case 'prefix':
      return cohort.startsWith(wanted.value);
    case 'suffix':
      return cohort.endsWith(wanted.value);
  }
}
