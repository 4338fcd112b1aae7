/** Labels of one point or log event, lower case as Datadog keeps them. */
export type Labels = Readonly<Record<string, string>>;

/** What was submitted at one time. */
export interface Point {
  readonly time: number;
  readonly tags: Labels;
  /** Of a count. */
  readonly value: number;
  /** Of a distribution: values and how often each was seen. */
  readonly values?: readonly (readonly [value: number, times: number])[];
}

export interface Metric {
  readonly unit: string | null;
  readonly points: Point[];
}

/** Log events that are all alike. */
export interface LogEvents {
  readonly time: number;
  /** Reserved attributes, tags, and attributes (`@http.status_code`). */
  readonly labels: Labels;
  readonly times: number;
}

/** A metric-based SLO. */
export interface KeptSlo {
  readonly type: string;
  readonly numerator: string;
  readonly denominator: string;
}

/** Everything the emulated organisation holds. */
export class Store {
  readonly metrics = new Map<string, Metric>();
  readonly logs: LogEvents[] = [];
  readonly slos = new Map<string, KeptSlo>();
  /** How much later than its time a point can be seen; by metric name. */
  lateness: (metric: string) => number = () => 0;
  clock: () => number = () => Infinity;

  submit(metric: string, point: Point, unit: string | null = null): void {
    const known = this.metrics.get(metric) ?? { unit, points: [] };
    this.metrics.set(metric, known);
    known.points.push(point);
  }

  log(events: LogEvents): void {
    if (events.times > 0) this.logs.push(events);
  }

  /** Points of a metric that have arrived, in [from, to). */
  pointsOf(metric: string, from: number, to: number): Point[] {
    const arrived = this.clock() - this.lateness(metric);
    const points = this.metrics.get(metric)?.points ?? [];
    return points.filter(({ time }) => time >= from && time < to && time <= arrived);
  }
}

/** A tag value as Datadog stores it: lower case, everything outside its alphabet an underscore, runs of them one. */
export function tagText(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_.:/-]/gu, '_')
    .replace(/_{2,}/g, '_')
    .replace(/_$/, '');
}
