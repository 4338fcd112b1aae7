import type { Scope } from '../../src/core/provider.ts';
import { shown } from '../../src/core/parsed.ts';
import { invalidScope, unusableScope } from './fault.ts';
import type { DatadogQuery, Tags } from './query-model.ts';
import { tagValue } from './tag-text.ts';

/** The filter by namespace and cluster. Throws `invalid-scope` where the source has no tag for what is set. */
export function scopeTags(query: DatadogQuery, scope: Scope): Tags {
  const tags: Record<string, readonly string[]> = {};
  for (const what of ['namespace', 'cluster'] as const) {
    const given = scope[what];
    if (given === undefined) continue;
    const tag = what === 'namespace' ? query.namespaceTag : query.clusterTag;
    if (tag === undefined) throw invalidScope(what, nameOf(query));
    const value = tagValue(given);
    if (value === null) throw unusableScope(what, shown(given));
    tags[tag] = [value];
  }
  return tags;
}

/** For messages. */
export function nameOf(query: DatadogQuery): string {
  switch (query.kind) {
    case 'metrics':
      return `The metric ${query.metric}`;
    case 'apm_metrics':
      return `The APM service ${query.service}`;
    case 'logs':
      return 'The log query';
    case 'slo':
      return `The Datadog SLO ${query.slo}`;
  }
}
