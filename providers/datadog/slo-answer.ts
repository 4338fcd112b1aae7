import { z } from 'zod';
import type { EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { garbled, rejected } from './fault.ts';
import { refuseFailure } from './success.ts';

/** Good and valid events of a metric-based SLO. */
export interface SloCounts {
  /** Width of the intervals. */
  readonly intervalMs: number;
  readonly points: readonly (readonly [start: EpochMs, good: number, total: number])[];
  readonly sum: { readonly good: number; readonly total: number };
}

/* The message of a field goes on behind "Datadog's answer". */
const part = (name: string) =>
  z.object(
    {
      values: z.array(z.number(`has a ${name} that is no number`).nullable(), `has no values of the ${name}`),
      sum: z.number(`has no sum of the ${name}`),
    },
    `has no ${name}`,
  );
const schema = z.object(
  {
    data: z.object(
      {
        series: z.object(
          {
            interval: z.number('has no interval').positive('has no interval'),
            times: z.array(z.number('has a time that is no number'), 'has no times'),
            numerator: part('numerator'),
            denominator: part('denominator'),
          },
          'has no series: only metric-based SLOs keep counts',
        ),
      },
      'has no data',
    ),
  },
  'is no object',
);
const kind = z.object({ data: z.object({ type: z.string() }) });

/** Reads the v1 history of an SLO; anything unexpected is a `ProviderError` that names it. */
export function readSloHistory(body: unknown): SloCounts {
  refuseFailure(body);
  const known = kind.safeParse(body);
  if (known.success && known.data.data.type !== 'metric') {
    throw rejected(
      `The Datadog SLO is of the type ${known.data.data.type.slice(0, 40)}, which keeps no counts of events.`,
      'Name a metric-based SLO, or give the queries themselves.',
    );
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw garbled(parsed.error.issues[0]?.message ?? 'is not what the API promises');
  const { interval, times, numerator, denominator } = parsed.data.data.series;
  if (numerator.values.length !== times.length || denominator.values.length !== times.length) {
    throw garbled(
      `has ${String(numerator.values.length)} and ${String(denominator.values.length)} values for ${String(times.length)} times`,
    );
  }
  const points = times.flatMap((time, nth) => {
    const [good, total] = [numerator.values[nth] ?? null, denominator.values[nth] ?? null];
    if (total === null || good === null) return [];
    if (good < 0 || total < 0) throw garbled(`counts ${String(Math.min(good, total))} events`);
    return [[time, good, total] as const];
  });
  return { intervalMs: interval * 1000, points, sum: { good: numerator.sum, total: denominator.sum } };
}

/** Sums the intervals to the buckets of a window; null: the intervals are too wide, or lie across its borders. */
export function onGrid(
  { intervalMs, points }: SloCounts,
  { start, end, bucketMs }: Window,
): SloCounts['points'] | null {
  if (bucketMs % intervalMs !== 0) return null;
  const sums = new Map<EpochMs, [good: number, total: number]>();
  for (const [time, good, total] of points) {
    if (time < start || time >= end) continue;
    if (time % intervalMs !== 0) return null;
    const bucket = Math.floor(time / bucketMs) * bucketMs;
    const sum = sums.get(bucket) ?? [0, 0];
    sums.set(bucket, [sum[0] + good, sum[1] + total]);
  }
  return [...sums].map(([time, [good, total]]) => [time, good, total] as const);
}
