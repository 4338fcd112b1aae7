import { ProviderError } from '../../src/core/errors.ts';
import type { Scope } from '../../src/core/provider.ts';
import { compare, type Expression } from './filter/syntax.ts';
import type { Source } from './query.ts';

/** Namespace and cluster as a filter. Throws `invalid-scope` where the entries do not say. */
export function scopeFilter(scope: Scope, source: Source): Expression[] {
  return (['namespace', 'cluster'] as const).flatMap((part) => {
    const wanted = scope[part];
    if (wanted === undefined) return [];
    const field = source[part];
    if (field === null) throw invalidScope(part, wanted, source);
    return [compare(field, '=', wanted)];
  });
}

function invalidScope(part: 'namespace' | 'cluster', wanted: string, { resource }: Source): ProviderError {
  return new ProviderError({
    code: 'invalid-scope',
    message: `Log entries of ${resource ?? 'any resource'} do not tell their ${part}, so those of ${part} ${wanted} cannot be told from others.`,
    remedy: `Name the field in the SLO file (${part}: jsonPayload.kubernetes.${part}_name), or annotate the SLO with burngate.io/scope: "global" where the logs hold nothing else.`,
    retryable: false,
  });
}
