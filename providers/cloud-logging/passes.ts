import { ROLES, type Role } from '../../src/core/counts.ts';
import { parseFilter } from './filter/parse.ts';
import type { Expression } from './filter/syntax.ts';
import type { LogQuery, Source } from './query.ts';
import { compileRule, ruleFilter, type Meets } from './rule.ts';

/** The roles that an entry counts for, or 'unclear' where it lacks a field that would tell. */
export type Classify = (entry: unknown) => readonly Role[] | 'unclear';

/** One reading of entries and what it answers. */
export interface Pass {
  readonly source: Source;
  readonly roles: readonly Role[];
  /** What the service leaves out for us: source and rule, without time, scope and cohorts. */
  readonly filter: readonly Expression[];
  readonly classify: Classify;
}

type Queries = Readonly<Partial<Record<Role, LogQuery>>>;

/**
 * The readings that answer these queries, the cheap ones first. Where the total is of the same source as the bad (or
 * good) events, one reading serves both: each entry is asked whether it is bad, and bad can never exceed total.
 */
export function passesOf(queries: Queries): Pass[] {
  const bySource = Map.groupBy(
    ROLES.flatMap((role) => {
      const query = queries[role];
      return query === undefined ? [] : [{ role, query }];
    }),
    ({ query }) => JSON.stringify(query.source),
  );
  return [...bySource.values()]
    .flatMap((asked) => {
      const total = asked.find(({ role }) => role === 'total');
      if (total !== undefined) return [togetherWith(total.query, asked)];
      return asked.map(({ role, query }) => alone(role, query));
    })
    .toSorted((a, b) => Number(countsTotal(a)) - Number(countsTotal(b)));
}

/** Whether a pass reads a total: the many entries, of which no part is of use. */
export function countsTotal({ roles }: Pass): boolean {
  return roles.includes('total');
}

interface Asked {
  readonly role: Role;
  readonly query: LogQuery;
}

function togetherWith(total: LogQuery, asked: readonly Asked[]): Pass {
  const isValid = compileRule(total.rule);
  const tests = asked
    .filter(({ role }) => role !== 'total')
    .map(({ role, query }) => ({ role, meets: compileRule(query.rule) }));
  return {
    source: total.source,
    roles: asked.map(({ role }) => role),
    filter: filterOf(total),
    classify: (entry) => {
      const valid = isValid(entry);
      if (valid !== true) return valid === 'unclear' ? 'unclear' : [];
      const answers = tests.map(({ role, meets }) => ({ role, met: meets(entry) }));
      if (answers.some(({ met }) => met === 'unclear')) return 'unclear';
      return ['total', ...answers.filter(({ met }) => met === true).map(({ role }) => role)];
    },
  };
}

function alone(role: Role, query: LogQuery): Pass {
  const meets: (entry: unknown) => Meets = compileRule(query.rule);
  const roles = [role];
  return {
    source: query.source,
    roles,
    filter: filterOf(query),
    classify: (entry) => {
      const met = meets(entry);
      return met === 'unclear' ? met : met ? roles : [];
    },
  };
}

/** Source and rule of a query as a filter. */
export function filterOf({ source, rule }: LogQuery): Expression[] {
  const { resource, log, filter } = source;
  const condition = ruleFilter(rule);
  return [
    ...(resource === null
      ? []
      : [
          {
            kind: 'compare',
            field: ['resource', 'type'],
            operator: '=',
            value: resource,
            quoted: true,
          } as const,
        ]),
    ...(log === null ? [] : [{ kind: 'log-id', value: log } as const]),
    ...(filter === null ? [] : [parseFilter(filter)]),
    ...(condition === null ? [] : [condition]),
  ];
}
