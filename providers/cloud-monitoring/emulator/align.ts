import type { MetricModel, RawPoint, RawValue } from './model.ts';
import { combine, map } from './values.ts';

/** One value at the end of each period; (start, end] as all intervals of the API. */
export interface Aligned {
  readonly end: number;
  readonly value: RawValue;
}

export interface Grid {
  readonly start: number;
  readonly end: number;
  readonly period: number;
}

/** Sums what was written in each period; one without points stays without a value. */
export function alignSum(points: readonly RawPoint[], grid: Grid): Aligned[] {
  const sums = new Map<number, RawValue>();
  for (const { end, value } of points) {
    if (end <= grid.start || end > grid.end) continue;
    const period = grid.end - Math.floor((grid.end - end) / grid.period) * grid.period;
    const known = sums.get(period);
    sums.set(period, known === undefined ? value : combine(known, value, (a, b) => a + b));
  }
  return [...sums].map(([end, value]) => ({ end, value }));
}

/** The newest point of each period, at its end. */
export function alignNewest(points: readonly RawPoint[], grid: Grid): Aligned[] {
  const newest = new Map<number, RawPoint>();
  for (const point of points) {
    if (point.end <= grid.start || point.end > grid.end) continue;
    const period = grid.end - Math.floor((grid.end - point.end) / grid.period) * grid.period;
    if (point.end >= (newest.get(period)?.end ?? 0)) newest.set(period, point);
  }
  return [...newest].map(([end, { value }]) => ({ end, value }));
}

/**
 * y1 - y0 at the borders of each period, interpolated between points, so that a period without points has a value
 * too if there is a point before (or the start of the counter) and one behind it. That is what common.proto says.
 */
export function alignDelta(points: readonly RawPoint[], grid: Grid, { valueType }: MetricModel): Aligned[] {
  const segments = new Map<number, RawPoint[]>();
  for (const point of points) segments.set(point.start, [...(segments.get(point.start) ?? []), point]);
  const curves = [...segments].map(([start, own]) => new Curve(start, own, valueType !== 'DOUBLE'));
  const aligned: Aligned[] = [];
  for (let end = grid.end; end > grid.start; end -= grid.period) {
    const deltas = curves.flatMap((curve) => curve.between(end - grid.period, end) ?? []);
    const [first, ...others] = deltas;
    if (first === undefined) continue;
    aligned.push({ end, value: others.reduce((sum, each) => combine(sum, each, (a, b) => a + b), first) });
  }
  return aligned;
}

/** The value of a counter over time: 0 at its start, straight lines between the points that were written. */
class Curve {
  readonly #start: number;
  readonly #points: readonly RawPoint[];
  readonly #whole: boolean;

  constructor(start: number, points: readonly RawPoint[], whole: boolean) {
    this.#start = start;
    this.#points = points.toSorted((a, b) => a.end - b.end);
    this.#whole = whole;
  }

  between(from: number, to: number): RawValue | null {
    const last = this.#points.at(-1)?.end ?? this.#start;
    if (to <= this.#start || from >= last) return null;
    const [low, high] = [this.#at(Math.max(from, this.#start)), this.#at(Math.min(to, last))];
    return combine(high, low, (a, b) => a - b);
  }

  #at(time: number): RawValue {
    const index = this.#points.findIndex(({ end }) => end >= time);
    const after = this.#points[index] ?? this.#points.at(-1);
    if (after === undefined) return 0;
    const before = this.#points[index - 1];
    const left = before?.end ?? this.#start;
    const base = before?.value ?? map(after.value, () => 0);
    const share = after.end === left ? 1 : (time - left) / (after.end - left);
    const value = combine(after.value, base, (a, b) => b + (a - b) * share);
    return this.#whole ? map(value, Math.floor) : value;
  }
}
