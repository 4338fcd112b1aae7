import { COHORTS, type Cohort } from '../../src/core/counts.ts';
import type { CohortMatch, CountsRequest, Scope } from '../../src/core/provider.ts';
import { ambiguousSeries, unknownCluster } from './fault.ts';
import type { PrometheusQuery } from './query.ts';
import { literalPattern, type Matcher } from './selector.ts';

/** Which series are of one cohort. */
export type CohortRule =
  | { readonly kind: 'every' }
  /** Nothing can match: an empty value would select the series that have no such label. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'label';
      readonly label: string;
      /** RE2, anchored by Prometheus on both sides. */
      readonly pattern: string;
      readonly accepts: (value: string) => boolean;
    };

export type CohortRules = Readonly<Record<Cohort, CohortRule>>;

type Labels = Readonly<Record<string, string>>;

/** Pods, labels and hashes of Kubernetes have at most 253 characters; nothing longer can be there. */
const LONGEST_VALUE = 1024;

export function cohortRules(
  cohorts: CountsRequest<unknown>['cohorts'],
  scope: Scope,
  query: PrometheusQuery,
): CohortRules {
  return { canary: ruleOf(cohorts.canary, scope, query), stable: ruleOf(cohorts.stable, scope, query) };
}

function ruleOf(wanted: CohortMatch | null, { rollout }: Scope, { podLabel }: PrometheusQuery): CohortRule {
  if (wanted === null) return { kind: 'none' };
  const { value, match, hash } = wanted;
  if (match === 'any') return { kind: 'every' };
  if (value === '' || value.length > LONGEST_VALUE) return { kind: 'none' };
  if (wanted.label === undefined && match === 'exact' && value === hash)
    return podRule(podLabel, hash, rollout);
  const label = wanted.label ?? podLabel;
  const literal = literalPattern(value);
  switch (match) {
    case 'exact':
      return { kind: 'label', label, pattern: literal, accepts: (given) => given === value };
    case 'prefix':
      return { kind: 'label', label, pattern: `${literal}.*`, accepts: (given) => given.startsWith(value) };
    case 'suffix':
      return { kind: 'label', label, pattern: `.*${literal}`, accepts: (given) => given.endsWith(value) };
  }
}

/** A ReplicaSet is called ROLLOUT-HASH and its pods ROLLOUT-HASH-xxxxx, where xxxxx has no dash. */
function podRule(label: string, hash: string, rollout: string | undefined): CohortRule {
  const tail = `${rollout === undefined || rollout === '' ? '' : rollout}-${hash}`;
  const isWhole = !tail.startsWith('-');
  return {
    kind: 'label',
    label,
    pattern: `${isWhole ? '' : '.+'}${literalPattern(tail)}-[^-]+`,
    accepts: (given) => {
      const dash = given.lastIndexOf('-');
      const owner = given.slice(0, Math.max(0, dash));
      if (dash < 0 || dash === given.length - 1) return false;
      return isWhole ? owner === tail : owner.endsWith(tail) && owner.length > tail.length;
    },
  };
}

/** Matchers that leave only the series of either cohort; null: there can be none. */
export function cohortMatchers(rules: CohortRules): readonly Matcher[] | null {
  const used = COHORTS.map((cohort) => rules[cohort]).filter((rule) => rule.kind !== 'none');
  if (used.length === 0) return null;
  if (used.some(({ kind }) => kind === 'every')) return [];
  const labelled = used.flatMap((rule) => (rule.kind === 'label' ? [rule] : []));
  const labels = new Set(labelled.map(({ label }) => label));
  // Two cohorts by two different labels are told apart afterwards.
  if (labels.size > 1) return [];
  return [...labels].map((label) => ({
    label,
    op: '=~',
    value: labelled.map(({ pattern }) => pattern).join('|'),
  }));
}

/** The cohort of one series. Throws `ProviderError` where it would count for both sides. */
export function cohortOf(labels: Labels, rules: CohortRules): Cohort | null {
  const found = COHORTS.filter((cohort) => isOf(labels, rules[cohort]));
  if (found.length > 1) {
    const rule = COHORTS.map((cohort) => rules[cohort]).find(({ kind }) => kind === 'label');
    const label = rule?.kind === 'label' ? rule.label : 'any label';
    throw ambiguousSeries(label, labels[label] ?? '');
  }
  return found[0] ?? null;
}

function isOf(labels: Labels, rule: CohortRule): boolean {
  switch (rule.kind) {
    case 'every':
      return true;
    case 'none':
      return false;
    case 'label':
      return rule.accepts(labels[rule.label] ?? '');
  }
}

/** Namespace and cluster. Throws `invalid-scope` where the series cannot be told apart by cluster. */
export function scopeMatchers(
  { namespace, cluster }: Scope,
  { namespaceLabel, clusterLabel }: PrometheusQuery,
  ownCluster: string | undefined,
): Matcher[] {
  const matchers: Matcher[] = [];
  if (namespace !== undefined) matchers.push({ label: namespaceLabel, op: '=', value: namespace });
  if (cluster === undefined || cluster === ownCluster) return matchers;
  if (ownCluster !== undefined || clusterLabel === '') throw unknownCluster(cluster, ownCluster);
  return [...matchers, { label: clusterLabel, op: '=', value: cluster }];
}
