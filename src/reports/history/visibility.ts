import { EVERYTHING, mayUseNamespace, mayUseSlo, type Grants } from '../../core/grants.ts';
import type { Slo } from '../../core/slo.ts';
import type { AnalysisRow, StoredAnalysis, Visibility } from './history-store.ts';

export function visibilityOf(grants: Grants, loaded: readonly Slo[]): Visibility {
  const { namespaces, slos, services } = grants;
  const names =
    services === null ? null : loaded.filter((slo) => mayUseSlo(grants, slo)).map(({ name }) => name);
  return { namespaces, slos, names };
}

export function isVisible(
  { namespaces, slos, names }: Visibility,
  { slo, release }: Pick<AnalysisRow, 'slo' | 'release'>,
): boolean {
  if (names !== null && !names.includes(slo)) return false;
  return (
    mayUseSlo({ ...EVERYTHING, slos }, { name: slo, service: '' }) &&
    mayUseNamespace({ ...EVERYTHING, namespaces }, release.namespace)
  );
}

/** An analysis without the SLOs that the reader may not see; null: it may see none. */
export function visiblePart(visible: Visibility, analysis: StoredAnalysis): StoredAnalysis | null {
  const rows = analysis.rows.filter((row) => isVisible(visible, row));
  if (rows.length === 0) return null;
  const isShown = ({ slo }: { readonly slo: string }): boolean => rows.some((row) => row.slo === slo);
  return {
    rows,
    newest: analysis.newest.filter((each) => isShown(each)),
    looks: analysis.looks.filter((each) => isShown(each)),
  };
}
