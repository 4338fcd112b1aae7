import type { CohortMatch, Scope } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import { RequestError, type AnalysisRequest } from './request.ts';

/** How the hash of a cohort is looked for: the SLO's template filled in, or the hash itself. */
export function cohortMatch(slo: Slo, hash: string, rollout: string | undefined): CohortMatch {
  const rule = slo.cohort;
  if (rule === undefined) return { hash, value: hash, match: 'exact' };
  if (rollout === undefined && rule.value.includes('${rollout}')) {
    throw new RequestError(
      `SLO ${slo.name} finds its cohorts by "${rule.value}", but the request names no rollout`,
      'pass the arg "rollout" (fieldRef metadata.name)',
    );
  }
  const value = rule.value.replaceAll('${hash}', hash).replaceAll('${rollout}', rollout ?? '');
  return { hash, value, match: rule.match, ...(rule.label === undefined ? {} : { label: rule.label }) };
}

/** Where to look. An SLO of scope "global" has a source without namespaces and clusters, and says so. */
export function scopeOf(slo: Slo, request: AnalysisRequest, defaultCluster: string | undefined): Scope {
  const cluster = request.cluster ?? defaultCluster;
  const { namespace, rollout } = request;
  const place =
    slo.scope === 'global'
      ? {}
      : { ...(namespace === undefined ? {} : { namespace }), ...(cluster === undefined ? {} : { cluster }) };
  return { ...place, ...(rollout === undefined ? {} : { rollout }) };
}
