import { COHORTS, type Cohort } from '../../src/core/counts.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CohortMatch } from '../../src/core/provider.ts';
import { isQuotable } from '../_shared/google/quote.ts';
import { FIELD_ALLOWED, fieldText, parseField, readField, type Field, type SeriesLabels } from './fields.ts';
import type { Condition } from './filter.ts';
import { rejected } from './garbled.ts';
import type { MetricQuery } from './query.ts';
import { resourceDefaults } from './resources.ts';

/** How the series of an answer are told apart, and what is asked for so that only these come. */
export interface CohortPlan {
  /** The label that holds the hash; null where every release counts. */
  readonly field: Field | null;
  /** The cohorts that can have series at all. */
  readonly wanted: ReadonlyMap<Cohort, Pick<CohortMatch, 'value' | 'match'>>;
  /** Any of these has to hold; empty where every release counts. */
  readonly conditions: readonly Condition[];
}

type Cohorts = Readonly<Record<Cohort, CohortMatch | null>>;

/** Throws `provider-rejected` where no label is known to hold the hash. */
export function planCohorts(query: MetricQuery, cohorts: Cohorts): CohortPlan {
  const asked = COHORTS.flatMap((cohort) => {
    const match = sideOf(query, cohort, cohorts[cohort]);
    return match === null || !canMatch(match) ? [] : [{ cohort, match }];
  });
  const wanted = new Map(asked.map(({ cohort, match }) => [cohort, match]));
  const matches = asked.map(({ match }) => match);
  if (matches.length === 0) return { field: null, wanted, conditions: [] };
  if (matches.some(({ match }) => match === 'any')) return { field: null, wanted, conditions: [] };
  const field = fieldOf(query, matches);
  return { field, wanted, conditions: conditionsOf(field, matches) };
}

/** The cohort of a series; null for none, which a filter lets through only where it is wider than ours. */
export function cohortOf(plan: CohortPlan, labels: SeriesLabels): Cohort | null {
  const value = plan.field === null ? '' : readField(labels, plan.field);
  const found = [...plan.wanted].flatMap(([cohort, match]) => (fits(value, match) ? [cohort] : []));
  if (found.length > 1)
    throw rejected(
      `The release ${shown(value)} matches both canary and stable.`,
      'Make the value of burngate.io/cohort unambiguous: end a prefix, or begin a suffix, with the separator.',
    );
  return found[0] ?? null;
}

/** Where the query names the sides, hashes have no say. */
function sideOf({ sides }: MetricQuery, cohort: Cohort, match: CohortMatch | null): CohortMatch | null {
  if (sides === undefined || match === null || match.match === 'any') return match;
  return { hash: match.hash, label: fieldText(sides.field), value: sides[cohort], match: 'exact' };
}

/** A hash with control characters is none; an empty one would match every series without the label. */
function canMatch({ value, match }: CohortMatch): boolean {
  return match === 'any' || (value !== '' && isQuotable(value));
}

function fits(found: string, { value, match }: Pick<CohortMatch, 'value' | 'match'>): boolean {
  switch (match) {
    case 'any':
      return true;
    case 'exact':
      return found === value;
    case 'prefix':
      return found.startsWith(value);
    case 'suffix':
      return found.endsWith(value);
  }
}

function fieldOf({ metric, resource }: MetricQuery, matches: readonly CohortMatch[]): Field {
  const fallback = resourceDefaults(metric, resource).cohort;
  const names = [...new Set(matches.map(({ label }) => label ?? fallback))];
  const fields = names.flatMap((name) => (name === undefined ? [] : [parseField(name, resource)]));
  const [field] = fields;
  if (field === undefined)
    throw rejected(
      `Nobody said which label of ${metric} on ${resource} holds the release.`,
      'Annotate the SLO with burngate.io/cohort: {label, value, match}.',
    );
  const different = new Set(fields.map((each) => (each === null ? '' : fieldText(each))));
  if (field === null || different.size > 1)
    throw rejected(
      `The cohort label ${shown(names.join(', '))} cannot be read, allowed is ${FIELD_ALLOWED}.`,
      'Correct burngate.io/cohort of the SLO.',
    );
  return field;
}

function conditionsOf(field: Field, matches: readonly CohortMatch[]): Condition[] {
  return (['exact', 'prefix', 'suffix'] as const).flatMap((match) => {
    const texts = new Set(matches.filter((each) => each.match === match).map(({ value }) => value));
    return texts.size === 0 ? [] : [{ field, match, texts: [...texts].toSorted() }];
  });
}
