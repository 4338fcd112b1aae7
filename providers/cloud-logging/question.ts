import { COHORTS, ROLES } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';
import { CohortSides, impossibleNote } from './cohorts.ts';
import { podField } from './cohort-field.ts';
import { valueAt, type EntryHead } from './entry.ts';
import type { Findings } from './findings.ts';
import { LONGEST_FILTER } from './filter/scanner.ts';
import { allOf, compare, type Expression, type Field } from './filter/syntax.ts';
import { writeFilter } from './filter/write.ts';
import { groupFields, groupOf, UNGROUPED } from './group.ts';
import type { Pass } from './passes.ts';
import type { LogQuery } from './query.ts';
import { scopeFilter } from './scope.ts';
import type { Tally } from './tally.ts';

export type LogRequest = CountsRequest<LogQuery>;

const UNKNOWN_POD = 'unknown';

/** One pass of one request: what is asked of the service, and what an entry of its answer counts for. */
export class Question {
  readonly pass: Pass;
  readonly sides: CohortSides;
  /** Equal for all windows of the same question. */
  readonly key: string;
  readonly #request: LogRequest;
  readonly #conditions: readonly Expression[];
  /** Undefined: no breakdown was asked for; null: this source has no field for it. */
  readonly #group: readonly Field[] | null | undefined;
  readonly #pod: Field | undefined;

  /** Throws `provider-rejected` or `invalid-scope`. */
  constructor(pass: Pass, request: LogRequest) {
    const { source } = pass;
    this.pass = pass;
    this.sides = new CohortSides(request.cohorts, source);
    this.#request = request;
    this.#conditions = [...pass.filter, ...scopeFilter(request.scope, source)];
    this.#group = request.groupBy === undefined ? undefined : groupFields(request.groupBy, source);
    this.#pod = request.podLabel === undefined ? undefined : podField(request.podLabel, source);
    this.key = keyOf(pass, request);
  }

  get resourceNames(): readonly string[] {
    return this.pass.source.resourceNames;
  }

  /** The projects whose quota is spent. */
  get pool(): string {
    const parents = this.resourceNames.map((name) => name.split('/').slice(0, 2).join('/'));
    return [...new Set(parents)].join(' ');
  }

  /** Analyses of the same release share what one analysis may spend. */
  get analysis(): string {
    const { cohorts, scope } = this.#request;
    return JSON.stringify([this.resourceNames, scope, cohorts]);
  }

  /** The filter for a span, bounded by us alone. Throws `provider-rejected` where it is too long. */
  filter(from: EpochMs, to: EpochMs, cohorts = this.sides.cohorts): string {
    const sides = this.sides.filter(cohorts);
    const text = writeFilter(
      allOf([
        ...this.#conditions,
        ...(sides === null ? [] : [sides]),
        compare(['timestamp'], '>=', new Date(from).toISOString()),
        compare(['timestamp'], '<', new Date(to).toISOString()),
      ]),
    );
    if (text.length <= LONGEST_FILTER) return text;
    throw new ProviderError({
      code: 'provider-rejected',
      message: `The filter has ${String(text.length)} characters, Cloud Logging takes ${String(LONGEST_FILTER)}.`,
      remedy: 'Shorten the filter of the SLO file.',
      retryable: false,
    });
  }

  /** Counts one entry. */
  count(entry: unknown, head: EntryHead, tally: Tally, findings: Findings): void {
    findings.entry(head);
    const cohort = this.sides.of(entry);
    if (cohort === null) return;
    const roles = this.pass.classify(entry);
    if (roles === 'unclear') {
      findings.lacking();
      return;
    }
    if (roles.length === 0) return;
    const group = this.#groupOf(entry, findings);
    const pod = cohort === 'canary' ? this.#podOf(entry, findings) : undefined;
    tally.add({
      time: head.timestamp,
      cohort,
      roles,
      ...(group !== undefined && { group }),
      ...(pod !== undefined && { pod }),
    });
  }

  notes(): string[] {
    return [
      ...this.sides.impossible.map((cohort) => impossibleNote(this.#request.cohorts, cohort)),
      ...(this.#group === null
        ? [`no field for the breakdown is named (spec.group), so everything is one group, "${UNGROUPED}"`]
        : []),
    ];
  }

  #groupOf(entry: unknown, findings: Findings): string | undefined {
    if (this.#group === undefined) return undefined;
    if (this.#group === null) return UNGROUPED;
    const group = groupOf(entry, this.#group);
    if (group === null) findings.ungrouped();
    return group ?? UNGROUPED;
  }

  #podOf(entry: unknown, findings: Findings): string | undefined {
    if (this.#pod === undefined) return undefined;
    const pod = valueAt(entry, this.#pod);
    if (pod === undefined) findings.podless();
    return String(pod ?? UNKNOWN_POD);
  }
}

function keyOf({ source, roles }: Pass, request: LogRequest): string {
  const { queries, cohorts, scope, groupBy, podLabel, window } = request;
  const rules = ROLES.map((role) => (roles.includes(role) ? queries[role]?.rule : null));
  const sides = COHORTS.map((cohort) => cohorts[cohort]);
  return JSON.stringify([source, rules, sides, scope, groupBy, podLabel, window.bucketMs]);
}
