import { mayUseNamespace, type Grants } from '../../core/grants.ts';
import type { Slo } from '../../core/slo.ts';
import type { EpochMs } from '../../core/units.ts';
import { ReportUnavailable, type MadeReport } from '../../reports/budget/report-service.ts';
import type { Origin } from '../../reports/history/history.ts';
import type { AnalysisPage, StoredAnalysis } from '../../reports/history/history-store.ts';
import { visibilityOf } from '../../reports/history/visibility.ts';
import { filterOf, type ListQuery } from './query.ts';
import type { ReportDeps } from './report-deps.ts';
import { visibleSlos } from './visible.ts';

export interface ListedSlo {
  readonly slo: Slo;
  readonly made: MadeReport | { readonly problem: string };
}

/** A report of each SLO that the reader may see; one that cannot be made does not hide the others. */
export async function loadSlos(
  deps: ReportDeps,
  grants: Grants,
  at: EpochMs | undefined,
): Promise<readonly ListedSlo[]> {
  return Promise.all(
    visibleSlos(grants, deps.slos()).map(async (slo) => {
      try {
        return { slo, made: await loadReport(deps, grants, slo, at) };
      } catch (error) {
        if (error instanceof ReportUnavailable) return { slo, made: { problem: error.message } };
        throw error;
      }
    }),
  );
}

/** The report without releases of namespaces that the reader may not see. Throws `ReportUnavailable`. */
export async function loadReport(
  deps: ReportDeps,
  grants: Grants,
  slo: Slo,
  at: EpochMs | undefined,
): Promise<MadeReport> {
  const made = await deps.reports.report(slo, at);
  const releases = made.report.releases.filter(({ release }) => mayUseNamespace(grants, release.namespace));
  return { ...made, report: { ...made.report, releases } };
}

/** An SLO that the reader may see; what is hidden is unknown. */
export function findSlo(deps: ReportDeps, grants: Grants, name: string): Slo | undefined {
  return visibleSlos(grants, deps.slos()).find((slo) => slo.name === name);
}

/** A page of the analyses that the reader may see; its cursor is of one of them. Throws `QueryError`. */
export async function loadAnalyses(
  deps: ReportDeps,
  grants: Grants,
  query: ListQuery,
): Promise<AnalysisPage & { readonly origin: Origin }> {
  return deps.history.list(filterOf(query, visibilityOf(grants, deps.slos())));
}

/** An analysis as far as the reader may see it; null: unknown, or hidden. */
export async function loadAnalysis(
  deps: ReportDeps,
  grants: Grants,
  id: string,
): Promise<{ readonly analysis: StoredAnalysis; readonly origin: Origin } | null> {
  return deps.history.find(id, visibilityOf(grants, deps.slos()));
}
