import type { Treatment } from '../web-metric/response.ts';
import { assessRun, endsRun } from './assess.ts';
import { parseMetric, type Metric } from './metric.ts';
import { resolveMetrics } from './resolve-metrics.ts';
import type { RunSpec } from './run-spec.ts';
import {
  emptyResult,
  isCompleted,
  withMeasurement,
  type Measurement,
  type MetricResult,
  type RunPhase,
  type RunStatus,
} from './run-status.ts';
import { nextMeasurementAt } from './schedule.ts';
import { valuesOf, valuesWithoutSecrets, type Secrets } from './secrets.ts';
import { substituteArgs } from './substitute.ts';

/** One call to the outside: the treated answer, and how long it took on the simulated clock. */
export interface Taken {
  readonly treatment: Treatment;
  readonly tookMs: number;
}

/** What an AnalysisRun needs from its surroundings. */
export interface RunDeps {
  /** Takes one measurement; metrics of one run are taken in parallel. */
  measure(metric: Metric, nowMs: number): Promise<Taken>;
  readonly secrets: Secrets;
  /** Told about every finished measurement, when it finishes. */
  onMeasurement?: (metric: string, measurement: Measurement) => void;
}

const KEPT_MEASUREMENTS = 10;

interface InFlight {
  readonly until: number;
  readonly taken: readonly { readonly metric: string; readonly measurement: Measurement }[];
}

/**
 * The AnalysisRun of argo-rollouts v1.9.1 on a simulated clock. It never sleeps: the caller moves
 * the clock to {@link nextDueAt} and calls {@link reconcile}.
 */
export class AnalysisRun {
  readonly spec: RunSpec;
  readonly #deps: RunDeps;
  #phase: RunPhase = 'Pending';
  #message = '';
  #startedAt: number | undefined;
  #completedAt: number | undefined;
  #results: readonly MetricResult[] = [];
  #isStopped = false;
  #inFlight: InFlight | undefined;

  constructor(spec: RunSpec, deps: RunDeps) {
    this.spec = spec;
    this.#deps = deps;
  }

  get status(): RunStatus {
    return {
      name: this.spec.name,
      phase: this.#phase,
      message: this.#message,
      startedAt: this.#startedAt,
      completedAt: this.#completedAt,
      metrics: this.#results,
    };
  }

  /** Asks the run to end: what is unfinished becomes Successful, what is worse stays. */
  stop(): void {
    this.#isStopped = true;
  }

  /** When {@link reconcile} has something to do next; undefined once the run has ended. */
  nextDueAt(nowMs: number): number | undefined {
    if (isCompleted(this.#phase)) return undefined;
    if (this.#inFlight !== undefined) return this.#inFlight.until;
    const startedAt = this.#startedAt;
    const resolved = this.#resolve();
    const isEnding = this.#isStopped || this.#results.some(endsRun);
    if (startedAt === undefined || isEnding || 'problem' in resolved) return nowMs;
    const due = resolved.metrics.flatMap((metric) => this.#nextOf(metric, startedAt) ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /**
   * Takes the measurements that are due and assesses the run.
   *
   * @returns whether anything has changed; the caller repeats until nothing does
   */
  async reconcile(nowMs: number): Promise<boolean> {
    if (isCompleted(this.#phase)) return false;
    const before = this.#fingerprint();
    const resolved = this.#resolve();
    if ('problem' in resolved) this.#end('Error', resolved.problem, nowMs);
    else await this.#advance(resolved.metrics, resolved.dryRun, nowMs);
    return this.#fingerprint() !== before;
  }

  #resolve() {
    return resolveMetrics(this.spec, valuesWithoutSecrets(this.spec));
  }

  #nextOf(metric: Metric, startedAt: number): number | undefined {
    return nextMeasurementAt(metric, this.#resultOf(metric.name), startedAt);
  }

  async #advance(metrics: readonly Metric[], dryRun: ReadonlySet<string>, nowMs: number): Promise<void> {
    if (this.#inFlight === undefined) {
      const problem = await this.#measureDue(metrics, nowMs);
      if (problem !== undefined) return this.#end('Error', problem, nowMs);
    }
    if (this.#inFlight !== undefined && this.#inFlight.until > nowMs) return undefined;
    for (const { metric, measurement } of this.#inFlight?.taken ?? [])
      this.#record(metric, measurement, dryRun);
    this.#inFlight = undefined;
    return this.#assess(metrics, nowMs);
  }

  /** Starts what is due. Secrets are read whether anything is due or not, as in Argo. */
  async #measureDue(metrics: readonly Metric[], nowMs: number): Promise<string | undefined> {
    let values;
    try {
      values = valuesOf(this.spec, this.#deps.secrets);
    } catch (error) {
      return `Unable to resolve metric arguments: ${error instanceof Error ? error.message : String(error)}`;
    }
    const resolved = this.spec.metrics.map((metric) => parseMetric(substituteArgs(metric, values)));
    const due = metrics.flatMap((metric, index) => {
      const withSecrets = resolved[index];
      return withSecrets !== undefined && this.#isDue(metric, nowMs)
        ? [{ name: metric.name, metric: withSecrets }]
        : [];
    });
    if (due.length === 0) return undefined;
    const taken = await Promise.all(
      due.map(async ({ name, metric }) => ({ metric: name, measurement: await this.#take(metric, nowMs) })),
    );
    const until = Math.max(...taken.map(({ measurement }) => measurement.finishedAt));
    this.#inFlight = { until, taken };
    return undefined;
  }

  #isDue(metric: Metric, nowMs: number): boolean {
    if (this.#isStopped || this.#results.some(endsRun)) return false;
    const startedAt = this.#startedAt;
    // Without an initialDelay the first measurement comes before the run even counts as started.
    if (startedAt === undefined) return metric.initialDelayMs === 0;
    const next = this.#nextOf(metric, startedAt);
    return next !== undefined && next <= nowMs;
  }

  async #take(metric: Metric, nowMs: number): Promise<Measurement> {
    const { treatment, tookMs } = await this.#deps.measure(metric, nowMs);
    return {
      phase: treatment.phase,
      startedAt: nowMs,
      finishedAt: nowMs + tookMs,
      value: treatment.value,
      message: this.#redact(treatment.error ?? ''),
    };
  }

  #redact(text: string): string {
    const secrets = this.spec.args.flatMap(({ secret }) =>
      secret === undefined ? [] : [this.#deps.secrets[secret.name]?.[secret.key] ?? ''],
    );
    return secrets
      .filter((secret) => secret !== '')
      .reduce((shown, secret) => shown.replaceAll(secret, '*****'), text);
  }

  #record(metric: string, measurement: Measurement, dryRun: ReadonlySet<string>): void {
    const result = this.#resultOf(metric) ?? emptyResult(metric, dryRun.has(metric));
    const rule = this.spec.retention.find(({ metricName }) => new RegExp(metricName, 'u').test(metric));
    const kept = rule !== undefined && rule.limit > 0 ? rule.limit : KEPT_MEASUREMENTS;
    this.#results = [
      ...this.#results.filter(({ name }) => name !== metric),
      withMeasurement(result, measurement, kept),
    ];
    this.#deps.onMeasurement?.(metric, measurement);
  }

  #assess(metrics: readonly Metric[], nowMs: number): void {
    this.#startedAt ??= nowMs;
    const assessment = assessRun(metrics, this.#results, this.#isStopped);
    this.#results = assessment.metrics;
    if (assessment.phase === this.#phase) return;
    if (isCompleted(assessment.phase)) this.#end(assessment.phase, assessment.message, nowMs);
    else this.#phase = assessment.phase;
  }

  #end(phase: RunPhase, message: string, nowMs: number): void {
    this.#phase = phase;
    this.#message = message;
    this.#completedAt = nowMs;
  }

  #resultOf(name: string): MetricResult | undefined {
    return this.#results.find((result) => result.name === name);
  }

  #fingerprint(): string {
    const counters = this.#results.map(({ name, phase, count, error }) => [name, phase, count, error]);
    return JSON.stringify([this.#phase, this.#startedAt, this.#inFlight?.until, counters]);
  }
}
