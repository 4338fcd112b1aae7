import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Visibility } from '../history/history-store.ts';
import type { HistoryTables } from './tables.ts';

type Where = ExpressionBuilder<HistoryTables, 'burngate_analyses'>;

/** `isVisible` as a condition; a row without a namespace is of none of the patterns. */
export function visibleRows(where: Where, { namespaces, slos, names }: Visibility): Expression<SqlBool> {
  return where.and([
    ...(namespaces === null ? [] : [anyOf(where, 'namespace', namespaces)]),
    ...(slos === null ? [] : [anyOf(where, 'slo', slos)]),
    // "in ()" is not SQL; an empty "or" is false.
    ...(names === null ? [] : [where.or(names.length === 0 ? [] : [where('slo', 'in', names)])]),
  ]);
}

function anyOf(where: Where, column: 'namespace' | 'slo', patterns: readonly string[]): Expression<SqlBool> {
  return where.or(
    patterns.map((pattern) =>
      pattern.endsWith('*') ? begins(where, column, pattern.slice(0, -1)) : where(column, '=', pattern),
    ),
  );
}

/** Not `like`: in SQLite it takes "Shop" for "shop", and in both "_" and "%" mean something. */
function begins(where: Where, column: 'namespace' | 'slo', prefix: string): Expression<SqlBool> {
  // The database counts the letters itself: one without an encoding counts bytes.
  return sql<SqlBool>`substr(${where.ref(column)}, 1, length(cast(${prefix} as text))) = ${prefix}`;
}
