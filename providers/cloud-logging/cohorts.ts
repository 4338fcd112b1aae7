import { COHORTS, type Cohort } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import type { CohortMatch } from '../../src/core/provider.ts';
import { isQuotable } from '../_shared/google/quote.ts';
import { cohortField } from './cohort-field.ts';
import { valueAt } from './entry.ts';
import { anyOf, compare, type Expression, type Field } from './filter/syntax.ts';
import type { Source } from './query.ts';

/** What a pod-template-hash may consist of, and nothing that could mean something elsewhere. */
const HASH = /^[A-Za-z0-9_.-]{1,63}$/;
const LONGEST_VALUE = 253;

interface Side {
  readonly cohort: Cohort;
  /** Null: every entry. */
  readonly test: ((entry: unknown) => boolean) | null;
  readonly filter: Expression | null;
}

/** How entries are told to belong to canary or stable. */
export class CohortSides {
  readonly #sides: readonly Side[];
  /** Cohorts that were asked for and cannot have an entry: their hash is none. */
  readonly impossible: readonly Cohort[];

  /** Throws `provider-rejected` for a label that is none. */
  constructor(cohorts: Readonly<Record<Cohort, CohortMatch | null>>, source: Source) {
    const asked = COHORTS.flatMap((cohort) => {
      const match = cohorts[cohort];
      return match === null ? [] : [{ cohort, match }];
    });
    this.impossible = asked.filter(({ match }) => !isPossible(match)).map(({ cohort }) => cohort);
    this.#sides = asked
      .filter(({ match }) => isPossible(match))
      .map(({ cohort, match }) => sideOf(cohort, match, cohortField(match.label, source)));
  }

  get cohorts(): readonly Cohort[] {
    return this.#sides.map(({ cohort }) => cohort);
  }

  /** Entries of these cohorts; null: no restriction. */
  filter(cohorts: readonly Cohort[] = this.cohorts): Expression | null {
    const filters = this.#sides.filter(({ cohort }) => cohorts.includes(cohort)).map((side) => side.filter);
    const restricting = filters.filter((each) => each !== null);
    return restricting.length < filters.length || restricting.length === 0 ? null : anyOf(restricting);
  }

  /** The cohort of an entry, or null: the service compares without regard to case, and prefixes as parts. */
  of(entry: unknown): Cohort | null {
    const found = this.#sides.filter(({ test }) => test === null || test(entry)).map(({ cohort }) => cohort);
    if (found.length > 1) throw ambiguous();
    return found[0] ?? null;
  }
}

function isPossible({ hash, value, match }: CohortMatch): boolean {
  if (match === 'any') return true;
  return HASH.test(hash) && value.trim() !== '' && value.length <= LONGEST_VALUE && isQuotable(value);
}

function sideOf(cohort: Cohort, { value, match }: CohortMatch, field: Field): Side {
  if (match === 'any') return { cohort, test: null, filter: null };
  const text = (entry: unknown): string => String(valueAt(entry, field) ?? '');
  switch (match) {
    case 'exact':
      return { cohort, filter: compare(field, '=', value), test: (entry) => text(entry) === value };
    // A part of the value, never a pattern: what is not at the right end is sorted out here.
    case 'prefix':
      return { cohort, filter: compare(field, ':', value), test: (entry) => text(entry).startsWith(value) };
    case 'suffix':
      return { cohort, filter: compare(field, ':', value), test: (entry) => text(entry).endsWith(value) };
  }
}

function ambiguous(): ProviderError {
  return new ProviderError({
    code: 'provider-rejected',
    message: 'A log entry matches both canary and stable.',
    remedy:
      'Make the value of burngate.io/cohort unambiguous: end a prefix, or begin a suffix, with the separator.',
    retryable: false,
  });
}

/** `shown` for messages of a cohort that cannot be. */
export function impossibleNote(
  cohorts: Readonly<Record<Cohort, CohortMatch | null>>,
  cohort: Cohort,
): string {
  return `the hash ${shown(cohorts[cohort]?.hash)} of ${cohort} is no pod-template-hash, so no entry is looked for`;
}
