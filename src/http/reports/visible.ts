import { mayUseSlo, type Grants } from '../../core/grants.ts';
import type { Slo } from '../../core/slo.ts';

/** What a reader may see of the loaded SLOs. */
export function visibleSlos(grants: Grants, slos: readonly Slo[]): readonly Slo[] {
  return slos.filter((slo) => mayUseSlo(grants, slo));
}
