import { mayUseNamespace, mayUseSlo, type Grants } from '../../core/grants.ts';
import type { Slo } from '../../core/slo.ts';
import type { AnalysisRow, StoredAnalysis } from '../../reports/history/history-store.ts';

/** What a reader may see of the loaded SLOs. */
export function visibleSlos(grants: Grants, slos: readonly Slo[]): readonly Slo[] {
  return slos.filter((slo) => mayUseSlo(grants, slo));
}

export function mayRead(grants: Grants, { slo, service, release }: AnalysisRow): boolean {
  return mayUseSlo(grants, { name: slo, service }) && mayUseNamespace(grants, release.namespace);
}

/** An analysis without the SLOs that the reader may not see; null: it may see none. */
export function visiblePart(grants: Grants, analysis: StoredAnalysis): StoredAnalysis | null {
  const rows = analysis.rows.filter((row) => mayRead(grants, row));
  if (rows.length === 0) return null;
  const isVisible = ({ slo }: { readonly slo: string }): boolean => rows.some((row) => row.slo === slo);
  return {
    rows,
    newest: analysis.newest.filter((each) => isVisible(each)),
    looks: analysis.looks.filter((each) => isVisible(each)),
  };
}
