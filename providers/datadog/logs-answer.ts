import { z } from 'zod';
import { shown } from '../../src/core/parsed.ts';
import type { EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { garbled } from './fault.ts';
import { checkGrid, isInside } from './grid.ts';
import { refuseFailure } from './success.ts';

/** One group of a log aggregate. */
export interface AnsweredBucket {
  readonly by: ReadonlyMap<string, string>;
  readonly points: readonly (readonly [EpochMs, number])[];
}

export interface LogsAnswer {
  readonly buckets: readonly AnsweredBucket[];
  /** Why the counts are only a part of what there is; null: they are all of it. */
  readonly missing: string | null;
}

/* The message of a field goes on behind "Datadog's answer". */
const facetValue = z.union([z.string(), z.number(), z.boolean()], 'has a group that is no text');
const point = z.object(
  {
    time: z.string('has a point without a time'),
    value: z.number('has a value that is no number').nullable(),
  },
  'has a point that is none',
);
const bucket = z.object(
  {
    by: z.record(z.string(), facetValue, 'has a bucket without groups').default({}),
    computes: z.object(
      { c0: z.array(point, 'has a bucket without a timeseries') },
      'has a bucket without counts',
    ),
  },
  'has a bucket that is none',
);
const schema = z.object(
  {
    data: z.object({ buckets: z.array(bucket, 'has no buckets') }, 'has no data'),
    meta: z.object(
      {
        status: z.enum(['done', 'timeout'], 'has no status that is known'),
        warnings: z
          .array(z.looseObject({ title: z.string().optional(), code: z.string().optional() }))
          .nullish(),
        page: z.looseObject({ after: z.string().optional() }).nullish(),
      },
      'has no meta, so it cannot be said whether it is whole',
    ),
  },
  'is no object',
);

/** Reads a v2 log aggregate; anything unexpected is a `ProviderError` that names it. */
export function readLogs(body: unknown, window: Window): LogsAnswer {
  refuseFailure(body);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw garbled(parsed.error.issues[0]?.message ?? 'is not what the API promises');
  const { data, meta } = parsed.data;
  const buckets = data.buckets.map(({ by, computes }) => ({
    by: new Map(Object.entries(by).map(([facet, value]) => [facet, String(value)])),
    raw: computes.c0.map(({ time, value }) => [timeOf(time), value] as const),
  }));
  checkGrid(
    [...new Set(buckets.flatMap(({ raw }) => raw.map(([time]) => time)))].toSorted((a, b) => a - b),
    window,
  );
  return {
    buckets: buckets.map(({ by, raw }) => ({ by, points: pointsOf(raw, window) })),
    missing: missingOf(meta),
  };
}

function missingOf({ status, warnings, page }: z.output<typeof schema>['meta']): string | null {
  if (status === 'timeout') return 'Datadog gave up counting the logs before it was done';
  const [warning] = warnings ?? [];
  if (warning !== undefined)
    return `Datadog warns of its counts: ${shown(warning.title ?? warning.code ?? 'no reason given')}`;
  return page?.after === undefined ? null : 'Datadog has more groups than it answered with';
}

function timeOf(text: string): EpochMs {
  const time = Date.parse(text);
  if (!Number.isFinite(time)) throw garbled('has a time that is no time');
  return time;
}

function pointsOf(
  raw: readonly (readonly [EpochMs, number | null])[],
  window: Window,
): AnsweredBucket['points'] {
  const times = raw.map(([time]) => time);
  if (new Set(times).size < times.length) throw garbled('has the same time twice');
  return raw.flatMap(([time, value]) => {
    if (value === null || !isInside(time, window)) return [];
    if (value < 0) throw garbled(`counts ${String(value)} events`);
    return [[time, value] as const];
  });
}
