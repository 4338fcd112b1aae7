import type { Aligned } from './align.ts';
import { labelOf, type RawSeries, type RawValue } from './model.ts';
import { combine } from './values.ts';

/** One series of an answer before it is cut into pages. */
export interface OutSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly points: readonly Aligned[];
}

/** REDUCE_SUM by the fields given and, always, the type of the resource. */
export function reduceSum(
  all: readonly { readonly series: RawSeries; readonly points: readonly Aligned[] }[],
  metricType: string,
  fields: readonly string[],
): OutSeries[] {
  const groups = new Map<string, { series: RawSeries; sums: Map<number, RawValue> }>();
  for (const { series, points } of all) {
    const key = JSON.stringify([
      series.resourceType,
      ...fields.map((field) => labelOf(series, metricType, field) ?? ''),
    ]);
    const group = groups.get(key) ?? { series, sums: new Map<number, RawValue>() };
    groups.set(key, group);
    for (const { end, value } of points) {
      const known = group.sums.get(end);
      group.sums.set(end, known === undefined ? value : combine(known, value, (a, b) => a + b));
    }
  }
  return [...groups.values()].map(({ series, sums }) => ({
    ...onlyLabels(series, fields),
    points: newestFirst([...sums].map(([end, value]) => ({ end, value }))),
  }));
}

export function newestFirst(points: readonly Aligned[]): Aligned[] {
  return points.toSorted((a, b) => b.end - a.end);
}

function onlyLabels(series: RawSeries, fields: readonly string[]): Omit<OutSeries, 'points'> {
  const keep = (prefix: RegExp, labels: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      fields
        .filter((field) => prefix.test(field))
        .map((field) => field.replace(prefix, '').replace(/^"(.*)"$/, '$1'))
        .flatMap((key) => {
          const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
          return value === undefined ? [] : [[key, value]];
        }),
    );
  return {
    metric: keep(/^metric\.labels?\./, series.metric),
    resourceType: series.resourceType,
    resource: keep(/^resource\.labels?\./, series.resource),
    user: keep(/^metadata\.user_labels\./, series.user),
  };
}
