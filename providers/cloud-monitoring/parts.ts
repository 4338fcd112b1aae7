import { ROLES, type Role } from '../../src/core/counts.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import { fieldText, type Field } from './fields.ts';
import type { MetricQuery, MonitoringQuery, SloQuery } from './query.ts';

type Queries = CountsRequest<MonitoringQuery>['queries'];

/** Roles that one question answers: the same metric with the same conditions. */
export interface MetricPart {
  /** What they have in common: without `split`, `threshold` and `unit`. */
  readonly base: MetricQuery;
  readonly roles: readonly { readonly role: Role; readonly query: MetricQuery }[];
  /** Labels that the roles split the metric by. */
  readonly splits: readonly Field[];
}

export interface SloPart {
  readonly slo: SloQuery;
  readonly roles: readonly Role[];
}

export function metricParts(queries: Queries): MetricPart[] {
  const parts = new Map<string, { role: Role; query: MetricQuery }[]>();
  for (const role of ROLES) {
    const query = queries[role];
    if (query?.kind !== 'metric') continue;
    const key = JSON.stringify(baseOf(query));
    parts.set(key, [...(parts.get(key) ?? []), { role, query }]);
  }
  return [...parts.values()].flatMap((roles) => {
    const [first] = roles;
    return first === undefined ? [] : [{ base: baseOf(first.query), roles, splits: splitsOf(roles) }];
  });
}

export function sloParts(queries: Queries): SloPart[] {
  const parts = new Map<string, { slo: SloQuery; roles: Role[] }>();
  for (const role of ROLES) {
    const query = queries[role];
    if (query?.kind !== 'slo') continue;
    const part = parts.get(query.slo) ?? { slo: query, roles: [] };
    parts.set(query.slo, part);
    part.roles.push(role);
  }
  return [...parts.values()];
}

/** Without what each role looks at by itself; a settling lag changes no question. */
function baseOf(query: MetricQuery): MetricQuery {
  const { kind, project, metric, resource, where, sides, presence, scope } = query;
  return {
    kind,
    project,
    metric,
    resource,
    where,
    ...(sides !== undefined && { sides }),
    ...(presence !== undefined && { presence }),
    scope,
  };
}

function splitsOf(roles: MetricPart['roles']): Field[] {
  const fields = new Map<string, Field>();
  for (const { query } of roles)
    if (query.split !== undefined) fields.set(fieldText(query.split.field), query.split.field);
  return [...fields.values()];
}
