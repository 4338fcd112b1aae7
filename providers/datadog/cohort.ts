import { COHORTS, type Cohort } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CohortMatch, CountsRequest } from '../../src/core/provider.ts';
import { rejected } from './fault.ts';
import { isTraceMetric, type DatadogQuery, type FixedSides } from './query-model.ts';
import { isHash, isTagKey, tagValue } from './tag-text.ts';

/** How one query tells the sides apart. */
export interface CohortPlan {
  /** Tag to group by; null: every event counts for `whole`. */
  readonly tag: string | null;
  /** Values the query asks for; null: it asks for all and the sides are found in the answer. */
  readonly asked: readonly string[] | null;
  /** The one side that everything counts for; null: none. */
  readonly whole: Cohort | null;
  /** Values that the canary alone is asked by; null: as `asked`. */
  readonly canaryAsked: readonly string[] | null;
  /** Sides that may have events at all. */
  readonly sides: readonly Cohort[];
  /** Throws `ProviderError` where a value is of both sides. */
  readonly sideOf: (value: string) => Cohort | null;
  /** Why a side is not asked for. */
  readonly notes: readonly string[];
}

interface Side {
  readonly cohort: Cohort;
  readonly tag: string;
  readonly match: 'exact' | 'prefix' | 'suffix' | 'release';
  readonly value: string;
}

type Ask = Pick<CountsRequest<unknown>, 'cohorts' | 'scope'>;

/** Works out the plan of one query; what cannot stand in a query is left out with a note, for it can match nothing. */
export function planCohorts(query: DatadogQuery, ask: Ask): CohortPlan {
  const wanted = COHORTS.flatMap((cohort) => {
    const match = ask.cohorts[cohort];
    return match === null ? [] : [{ cohort, match }];
  });
  const all = wanted.find(({ match }) => match.match === 'any');
  if (all !== undefined) return wholePlan(all.cohort, wanted.length);
  const notes: string[] = [];
  const sides = wanted.flatMap(({ cohort, match }) => {
    const side =
      query.sides === undefined ? sideOf(cohort, match, query, ask) : fixedSide(cohort, query.sides);
    if (typeof side !== 'string') return [side];
    notes.push(side);
    return [];
  });
  return planOf(sides, notes);
}

function wholePlan(cohort: Cohort, asked: number): CohortPlan {
  if (asked > 1) {
    throw rejected(
      'Every release at once was asked for beside another cohort.',
      'Ask for the whole service alone.',
    );
  }
  const none = { tag: null, asked: null, canaryAsked: null, notes: [] };
  return { ...none, whole: cohort, sides: [cohort], sideOf: () => cohort };
}

function planOf(sides: readonly Side[], notes: readonly string[]): CohortPlan {
  const tags = new Set(sides.map(({ tag }) => tag));
  if (tags.size > 1) {
    throw rejected(
      `Canary and stable are looked for under different tags: ${[...tags].join(', ')}.`,
      'Name one label in burngate.io/cohort.',
    );
  }
  const exact = sides.every(({ match }) => match === 'exact');
  const canary = sides.filter(({ cohort }) => cohort === 'canary');
  return {
    tag: [...tags][0] ?? null,
    asked: exact ? [...new Set(sides.map(({ value }) => value))].toSorted() : null,
    canaryAsked: exact ? canary.map(({ value }) => value) : null,
    whole: null,
    sides: sides.map(({ cohort }) => cohort),
    sideOf: (value) => find(sides, value),
    notes,
  };
}

function find(sides: readonly Side[], value: string): Cohort | null {
  const [first, second] = sides.filter((side) => matches(side, value.toLowerCase()));
  if (second !== undefined) {
    throw rejected(
      `${first?.tag ?? ''} ${shown(value)} matches both canary and stable.`,
      'Make the value of burngate.io/cohort unambiguous: end a prefix, or begin a suffix, with the separator.',
    );
  }
  return first?.cohort ?? null;
}

function matches({ match, value: wanted }: Side, value: string): boolean {
  switch (match) {
    case 'exact':
      return value === wanted;
    case 'prefix':
      return value.startsWith(wanted);
    case 'suffix':
      return value.endsWith(wanted);
    case 'release':
      // The separator belongs to it: one hash may end another.
      return value === wanted || ['-', '.', '_'].some((separator) => value.endsWith(`${separator}${wanted}`));
  }
}

function fixedSide(cohort: Cohort, { tag, ...values }: FixedSides): Side {
  return { cohort, tag, match: 'exact', value: values[cohort] };
}

/** A side, or why there is none. */
function sideOf(cohort: Cohort, match: CohortMatch, query: DatadogQuery, ask: Ask): Side | string {
  // Hashes are lower case. Lowered here, another text could become one.
  if (!isHash(match.hash)) return `the hash of ${cohort} is no pod-template-hash: ${shown(match.hash)}`;
  const isDefault = match.label === undefined && match.match === 'exact' && match.value === match.hash;
  if (isDefault)
    return knowsVersionsOnly(query) ? byVersion(cohort, match) : byReplicaSet(cohort, match, ask);
  const tag = match.label ?? (knowsVersionsOnly(query) ? 'version' : 'kube_replica_set');
  const value = tagValue(match.value);
  const isKey = isTagKey(tag) || (query.kind === 'logs' && /^@[A-Za-z][\w./-]{0,199}$/.test(tag));
  if (!isKey || match.match === 'any') {
    throw rejected(
      `The label ${shown(tag)} of burngate.io/cohort is no Datadog tag.`,
      'Name the tag as the Metrics Explorer shows it, in lower case.',
    );
  }
  return value === null
    ? `the value of ${cohort} cannot be a tag value: ${shown(match.value)}`
    : { cohort, tag, match: match.match, value };
}

/** Trace metrics carry env, service, version and resource, and nothing of Kubernetes. */
function knowsVersionsOnly(query: DatadogQuery): boolean {
  return query.kind === 'apm_metrics' || (query.kind === 'metrics' && isTraceMetric(query.metric));
}

function byVersion(cohort: Cohort, { hash }: CohortMatch): Side {
  return { cohort, tag: 'version', match: 'release', value: hash };
}

function byReplicaSet(cohort: Cohort, { hash }: CohortMatch, { scope }: Ask): Side | string {
  const { rollout } = scope;
  if (rollout === undefined) {
    throw rejected(
      'The cohorts are found by kube_replica_set:ROLLOUT-HASH, but the request names no rollout.',
      'Pass the arg "rollout" (fieldRef metadata.name), or say in burngate.io/cohort which tag holds the hash.',
    );
  }
  const value = tagValue(`${rollout}-${hash}`);
  if (value === null) return `the rollout ${shown(rollout)} cannot be part of a tag value`;
  return { cohort, tag: 'kube_replica_set', match: 'exact', value };
}
