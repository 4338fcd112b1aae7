import { invalid, shown, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';
import type { Role } from '../../src/core/counts.ts';
import type { DurationMs } from '../../src/core/units.ts';
import type { LatencyUnit } from '../../src/recording/log-rules.ts';
import type { StatusRanges } from '../../src/recording/status-ranges.ts';
import type { Field } from './filter/syntax.ts';
import type { Severity } from './severity.ts';
import { specOf, type Spec } from './spec.ts';

/** Which entries are looked at, and where they say what they are. Roles with the same source are read in one go. */
export interface Source {
  /** Projects, or views of log buckets. */
  readonly resourceNames: readonly string[];
  /** Monitored resource type; null: any. */
  readonly resource: string | null;
  /** Log id such as "stdout"; null: any. */
  readonly log: string | null;
  /** A filter by a person, as it was understood; null: none. */
  readonly filter: string | null;
  /** Fields whose values, joined by a space, name the group; null: the breakdown label of the SLO. */
  readonly group: readonly Field[] | null;
  readonly pod: Field;
  readonly podLabels: PodLabels;
  /** Null: the entries cannot tell. */
  readonly namespace: Field | null;
  readonly cluster: Field | null;
}

/** Where the labels of the pod are, and how the shipper of the logs spells their keys. */
export interface PodLabels {
  readonly at: Field;
  /** What stands before each key: "k8s-pod/" on GKE. */
  readonly prefix: string;
  readonly dots: 'underscores' | 'keep';
}

/** What an entry must be to count. */
export interface Rule {
  /** Bad is what meets any of these, good and total what meet all. */
  readonly needs: 'any' | 'all';
  readonly status?: { readonly field: Field; readonly ranges: StatusRanges };
  readonly severity?: { readonly level: Severity; readonly atLeast: boolean };
  readonly latency?: {
    readonly field: Field;
    readonly unit: LatencyUnit;
    readonly limit: DurationMs;
    /** True: above the limit; false: up to it. */
    readonly over: boolean;
  };
}

/** One role's query. Plain data: equal queries compare equal as JSON. */
export interface LogQuery {
  readonly source: Source;
  readonly rule: Rule;
  readonly settlingLag: DurationMs;
}

const HTTP_LATENCY: Field = ['httpRequest', 'latency'];

/** Reads `metricSource.spec`. */
export function parseLogQuery(raw: unknown, role: Role): Parsed<LogQuery> {
  const spec = specOf(raw);
  if (!spec.ok) return spec;
  const issues = roleIssues(spec.value, role);
  if (issues.length > 0) return invalid(...issues);
  return valid({
    source: sourceOf(spec.value),
    rule: ruleOf(spec.value, role),
    settlingLag: spec.value.settlingLag,
  });
}

function sourceOf(spec: Spec): Source {
  const isKubernetes = spec.resource?.startsWith('k8s_') ?? false;
  const resourceLabel = (name: string): Field | null => (isKubernetes ? ['resource', 'labels', name] : null);
  return {
    resourceNames: spec.resourceNames,
    resource: spec.resource,
    log: spec.log ?? null,
    filter: spec.filter ?? null,
    group: spec.group ?? null,
    pod: spec.pod ?? ['resource', 'labels', 'pod_name'],
    podLabels:
      spec.podLabels === undefined
        ? { at: ['labels'], prefix: 'k8s-pod/', dots: 'underscores' }
        : { at: spec.podLabels.at, prefix: '', dots: spec.podLabels.dots },
    namespace: spec.namespace ?? resourceLabel('namespace_name'),
    cluster: spec.cluster ?? resourceLabel('cluster_name'),
  };
}

function ruleOf(spec: Spec, role: Role): Rule {
  const { status, statusField, severity, severityBelow, latencyOver, latencyUpTo } = spec;
  const limit = latencyOver ?? latencyUpTo;
  const level = severity ?? severityBelow;
  const where = spec.latency ?? { field: HTTP_LATENCY, unit: 'duration' as const };
  return {
    needs: role === 'bad' ? 'any' : 'all',
    ...(status !== undefined && { status: { field: statusField, ranges: status } }),
    ...(level !== undefined && { severity: { level, atLeast: severity !== undefined } }),
    ...(limit !== undefined && { latency: { ...where, limit, over: latencyOver !== undefined } }),
  };
}

/** What is well formed and still means nothing in this role. */
function roleIssues(spec: Spec, role: Role): Issue[] {
  const issues: Issue[] = [];
  const together = (one: keyof Spec, other: keyof Spec): void => {
    if (spec[one] !== undefined && spec[other] !== undefined)
      issues.push({ path: other, given: `${one} and ${other}`, allowed: `one of ${one} and ${other}` });
  };
  together('severity', 'severityBelow');
  together('latencyOver', 'latencyUpTo');
  const conditions = [spec.status, spec.severity, spec.severityBelow, spec.latencyOver, spec.latencyUpTo];
  if (role !== 'total' && spec.filter === undefined && conditions.every((each) => each === undefined))
    issues.push({
      path: '',
      given: `nothing that tells ${role} entries from others`,
      allowed: 'status, severity, latencyOver (good: severityBelow, latencyUpTo) or a filter',
    });
  if (
    spec.latency !== undefined &&
    spec.latencyOver === undefined &&
    spec.latencyUpTo === undefined &&
    role !== 'total'
  )
    issues.push({
      path: 'latency',
      given: shown('no limit'),
      allowed: 'a latency beside latencyOver or latencyUpTo',
    });
  return issues;
}
