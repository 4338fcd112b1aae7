import { z } from 'zod';
import { formatIssue, shown } from '../../core/parsed.ts';
import { parseRfc3339 } from '../../core/rfc3339.ts';
import type { AnalysisFilter, Cursor, Visibility } from '../../reports/history/history-store.ts';

const LONGEST = 253;
const TIME = 'RFC 3339 such as 2026-03-01T10:15:00Z';

const name = z.string().max(LONGEST, `at most ${String(LONGEST)} characters`);
const time = z.string().refine((text) => parseRfc3339(text) !== null, TIME);

/** What the reading routes understand; every field may be left out, and an empty one is. */
export const listQuery = z.strictObject({
  slo: name.optional(),
  service: name.optional(),
  rollout: name.optional(),
  namespace: name.optional(),
  cluster: name.optional(),
  verdict: z.enum(['pass', 'fail', 'inconclusive'], 'pass, fail or inconclusive').optional(),
  from: time.optional().meta({ description: 'Newest look at or after' }),
  to: time.optional().meta({ description: 'Newest look before' }),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|[1-4]\d\d|500)$/, 'a whole number from 1 to 500')
    .optional(),
  cursor: z.string().max(200).optional(),
  format: z.enum(['json', 'csv'], 'json or csv').optional(),
});

export type ListQuery = z.output<typeof listQuery>;

export const reportQuery = z.strictObject({
  at: time.optional().meta({ description: 'The report as of then; default now' }),
  format: z.enum(['json', 'csv'], 'json or csv').optional(),
});

export const noQuery = z.strictObject({});

/** A query string that cannot be understood; the message names every issue. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** Parses a query string. Throws `QueryError`. */
export function parseQuery<S extends z.ZodObject>(schema: S, raw: unknown): z.output<S> {
  const given = Object.entries(raw as Record<string, unknown>).filter(([, value]) => value !== '');
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape).join(', ');
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: shown(key),
          given: 'a parameter',
          allowed: known === '' ? 'none' : known,
        }))
      : [{ path: issue.path.join('.'), given: shown(valueAt(raw, issue.path)), allowed: issue.message }],
  );
  throw new QueryError(issues.map((issue) => formatIssue(issue)).join('; '));
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return typeof raw === 'object' && raw !== null ? Reflect.get(raw, path[0] ?? '') : undefined;
}

const USUAL_LIMIT = 50;

/** What a reader asks for, of what it may see. */
export function filterOf(query: ListQuery, visible: Visibility): AnalysisFilter {
  const { from, to, limit, cursor, format: _format, ...same } = query;
  return {
    ...defined(same),
    ...(from === undefined ? {} : { from: parseRfc3339(from) ?? 0 }),
    ...(to === undefined ? {} : { to: parseRfc3339(to) ?? 0 }),
    ...(cursor === undefined ? {} : { after: cursorFrom(cursor) }),
    visible,
    limit: limit === undefined ? USUAL_LIMIT : Number(limit),
  };
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function cursorText({ lastAt, part }: Cursor): string {
  return Buffer.from(`${String(lastAt)}.${part}`).toString('base64url');
}

function cursorFrom(text: string): Cursor {
  const [, lastAt, part] =
    /^(\d{1,15})\.([\w-]{1,40})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (lastAt === undefined || part === undefined)
    throw new QueryError(
      formatIssue({ path: 'cursor', given: shown(text), allowed: '"next" of the page before' }),
    );
  return { lastAt: Number(lastAt), part };
}
