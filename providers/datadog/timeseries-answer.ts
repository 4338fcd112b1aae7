import { z } from 'zod';
import type { EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import { garbled } from './fault.ts';
import { checkGrid, isInside } from './grid.ts';
import { refuseFailure } from './success.ts';

/** One line of a timeseries answer, on the grid of the window. */
export interface AnsweredSeries {
  /** Place of its query among the formulas. */
  readonly index: number;
  readonly tags: ReadonlyMap<string, string>;
  /** Name of the primary unit, where Datadog knows it. */
  readonly unit: string | null;
  readonly points: readonly (readonly [EpochMs, number])[];
}

/* The message of a field goes on behind "Datadog's answer". */
const unit = z.object({ name: z.string('has a unit without a name') }, 'has a unit that is none');
const series = z.object(
  {
    group_tags: z
      .array(z.string('has a group tag that is no text'), 'has a series without group_tags')
      .nullish(),
    query_index: z.int('has a series without query_index').nonnegative('has a negative query_index'),
    unit: z.array(unit.nullable(), 'has a unit that is no list').nullish(),
  },
  'has a series that is none',
);
const values = z.array(
  z.number('has a value that is no number').nullable(),
  'has a list of values that is none',
);
const schema = z.object(
  {
    data: z.object(
      {
        type: z.literal('timeseries_response', 'is of a type that is not known'),
        attributes: z.object(
          {
            times: z.array(z.number('has a time that is no number'), 'has no times'),
            series: z.array(series, 'has no series'),
            values: z.array(values, 'has no values'),
          },
          'has no attributes',
        ),
      },
      'has no data',
    ),
  },
  'is no object',
);

/** Reads a v2 timeseries answer; anything unexpected is a `ProviderError` that names it. */
export function readTimeseries(body: unknown, window: Window, formulas: number): AnsweredSeries[] {
  refuseFailure(body);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw garbled(parsed.error.issues[0]?.message ?? 'is not what the API promises');
  const { times, series: lines, values: rows } = parsed.data.data.attributes;
  if (rows.length !== lines.length) {
    throw garbled(`has ${String(lines.length)} series but ${String(rows.length)} lists of values`);
  }
  checkGrid(times, window);
  return lines.map((line, nth) => {
    const row = rows[nth] ?? [];
    if (row.length !== times.length) {
      throw garbled(`has ${String(row.length)} values for ${String(times.length)} times`);
    }
    if (line.query_index >= formulas) throw garbled('has a series of a query that was not asked');
    return {
      index: line.query_index,
      tags: tagsOf(line.group_tags ?? []),
      unit: line.unit?.[0]?.name ?? null,
      points: pointsOf(times, row, window),
    };
  });
}

/** Null is no data; a bucket that the window cut off is partial and none either. */
function pointsOf(
  times: readonly number[],
  row: readonly (number | null)[],
  window: Window,
): AnsweredSeries['points'] {
  return times.flatMap((time, nth) => {
    const value = row[nth] ?? null;
    if (value === null || !isInside(time, window)) return [];
    if (value < 0) throw garbled(`counts ${String(value)} events`);
    return [[time, value] as const];
  });
}

function tagsOf(tags: readonly string[]): Map<string, string> {
  return new Map(
    tags.map((tag) => {
      const colon = tag.indexOf(':');
      if (colon < 1) throw garbled('has a group tag without a key');
      return [tag.slice(0, colon), tag.slice(colon + 1)];
    }),
  );
}
