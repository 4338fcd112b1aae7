import type { MetricModel, Model, ProjectModel, RawPoint, RawSeries, RawValue } from './model.ts';

/** Events that one pod of a release counted in one minute. */
export interface TrafficRow {
  /** Start of the minute. */
  readonly time: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: RawValue;
}

export interface Written {
  readonly resourceType: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly user?: Readonly<Record<string, string>>;
  /** Minutes between points of one series after which a counter has been restarted; default: never. */
  readonly restartAfter?: number;
}

const MINUTE = 60_000;

export function emptyProject(model: Model, name: string): ProjectModel {
  const project: ProjectModel = { metrics: new Map(), slos: new Map() };
  model.set(name, project);
  return project;
}

/** Writes rows as series of the metric's kind, one for each set of labels; rows of one series ascend in time. */
export function write(metric: MetricModel, rows: readonly TrafficRow[], how: Written): void {
  const bySeries = new Map<string, TrafficRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(Object.entries(row.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    bySeries.set(key, [...(bySeries.get(key) ?? []), row]);
  }
  for (const own of bySeries.values()) {
    const series: RawSeries = {
      metric: own[0]?.labels ?? {},
      resourceType: how.resourceType,
      resource: how.resource,
      user: how.user ?? {},
      points: metric.kind === 'CUMULATIVE' ? accumulated(own, how) : own.map((row) => pointOf(row, metric)),
    };
    metric.series.push(series);
  }
}

function pointOf({ time, value }: TrafficRow, { kind }: MetricModel): RawPoint {
  const end = time + MINUTE;
  return { start: kind === 'GAUGE' ? end : time, end, value };
}

function accumulated(rows: readonly TrafficRow[], { restartAfter = Infinity }: Written): RawPoint[] {
  let start = rows[0]?.time ?? 0;
  let before: TrafficRow | undefined;
  let sum: RawValue | null = null;
  return rows.map((row) => {
    const gap = before === undefined ? 1 : (row.time - before.time) / MINUTE;
    if (gap > restartAfter) {
      start = row.time;
      sum = null;
    }
    before = row;
    sum = sum === null ? row.value : plus(sum, row.value);
    return { start, end: row.time + MINUTE, value: sum };
  });
}

function plus(a: RawValue, b: RawValue): RawValue {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b);
  return { bounds: a.bounds, counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)) };
}
