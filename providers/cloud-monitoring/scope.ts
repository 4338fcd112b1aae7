import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import type { Scope } from '../../src/core/provider.ts';
import { parseField, type Field } from './fields.ts';
import type { Condition } from './filter.ts';
import type { MetricQuery } from './query.ts';
import { resourceDefaults } from './resources.ts';

/**
 * Namespace and cluster as conditions; the rollout too where the SLO file says which label holds it, as the hash
 * is a rollout's own within a namespace. Throws `invalid-scope` where a label is not known.
 */
export function scopeConditions(query: MetricQuery, scope: Scope): Condition[] {
  const defaults = resourceDefaults(query.metric, query.resource);
  return (['namespace', 'cluster', 'rollout'] as const).flatMap((name) => {
    const wanted = scope[name];
    if (wanted === undefined) return [];
    const usual = name === 'rollout' ? undefined : defaults[name];
    const field: Field | null =
      query.scope[name] ?? (usual === undefined ? null : parseField(usual, query.resource));
    if (field !== null) return [{ field, match: 'exact', texts: [wanted] }];
    if (name === 'rollout') return [];
    throw invalidScope(query, name, wanted);
  });
}

function invalidScope({ metric, resource }: MetricQuery, name: string, wanted: string): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `No label of ${metric} on ${resource} is known to hold the ${name}, so counts of ${name} ${shown(wanted)} cannot be told from others.`,
    remedy: `Name the label in spec.scope.${name}, or annotate the SLO with burngate.io/scope: "global" where the metric holds nothing else.`,
    retryable: false,
  });
}
