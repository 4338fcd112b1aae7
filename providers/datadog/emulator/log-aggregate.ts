import { z } from 'zod';
import { logPasses, parseLogQuery } from './log-query.ts';
import { SyntaxFault } from './scanner.ts';
import type { LogEvents, Store } from './store.ts';

const schema = z.strictObject({
  compute: z
    .array(
      z.strictObject({
        aggregation: z.literal('count'),
        type: z.literal('timeseries'),
        interval: z.string().regex(/^\d+[mh]$/),
      }),
    )
    .length(1),
  filter: z.strictObject({
    query: z.string(),
    from: z.string().regex(/^-?\d+$/),
    to: z.string().regex(/^-?\d+$/),
    indexes: z.array(z.string()).default(['*']),
  }),
  group_by: z
    .array(z.strictObject({ facet: z.string(), limit: z.int().default(10), missing: z.string().optional() }))
    .default([]),
});
type Facet = z.output<typeof schema>['group_by'][number];

export interface LogsBody {
  readonly data: { readonly buckets: readonly object[] };
  readonly meta: {
    readonly elapsed: number;
    readonly request_id: string;
    status: string;
    warnings?: object[];
  };
}

/** `POST /api/v2/logs/analytics/aggregate`. Throws `SyntaxFault` for what the API refuses. */
export function answerLogs(store: Store, raw: unknown, enlarge: number): LogsBody {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new SyntaxFault(`invalid aggregate: ${parsed.error.issues[0]?.message ?? ''}`);
  const { compute, filter, group_by: facets } = parsed.data;
  if (facets.reduce((product, { limit }) => product * limit, 1) > 10_000) {
    throw new SyntaxFault('the product of the limits exceeds 10000');
  }
  const terms = parseLogQuery(filter.query);
  const [from, to] = [Number(filter.from), Number(filter.to)];
  const events = store.logs.filter(
    ({ time, labels }) => time >= from && time < to && logPasses(terms, labels),
  );
  const intervalMs = intervalOf(compute[0]?.interval ?? '1m') * enlarge;
  return {
    data: { buckets: group(events, facets, {}, intervalMs) },
    meta: { elapsed: 12, request_id: 'emulated', status: 'done' },
  };
}

function intervalOf(text: string): number {
  return Number(text.slice(0, -1)) * (text.endsWith('h') ? 3_600_000 : 60_000);
}

/** The busiest values of each facet, as many as its limit says; the rest is dropped without a word. */
function group(
  events: readonly LogEvents[],
  [facet, ...rest]: readonly Facet[],
  by: Readonly<Record<string, string>>,
  intervalMs: number,
): object[] {
  if (facet === undefined)
    return events.length === 0 ? [] : [{ by, computes: { c0: series(events, intervalMs) } }];
  const groups = new Map<string, LogEvents[]>();
  for (const event of events) {
    const value = event.labels[facet.facet] ?? facet.missing;
    if (value !== undefined) groups.set(value, [...(groups.get(value) ?? []), event]);
  }
  const size = (all: readonly LogEvents[]): number => all.reduce((sum, { times }) => sum + times, 0);
  return [...groups]
    .toSorted(([, a], [, b]) => size(b) - size(a))
    .slice(0, facet.limit)
    .flatMap(([value, inside]) => group(inside, rest, { ...by, [facet.facet]: value }, intervalMs));
}

function series(events: readonly LogEvents[], intervalMs: number): object[] {
  const counts = new Map<number, number>();
  for (const { time, times } of events) {
    const bucket = Math.floor(time / intervalMs) * intervalMs;
    counts.set(bucket, (counts.get(bucket) ?? 0) + times);
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([time, value]) => ({ time: new Date(time).toISOString(), value }));
}
