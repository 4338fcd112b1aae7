import type { MeasurementPhase } from '../web-metric/response.ts';

/** The phase of a run or of one of its metrics. */
export type RunPhase = MeasurementPhase | 'Pending' | 'Running';

/** One call and its answer. Times are epoch milliseconds of the simulated clock. */
export interface Measurement {
  readonly phase: MeasurementPhase;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** The answer as Argo stores it; empty after an error. */
  readonly value: string;
  /** The error; empty for everything else, since a failed web metric carries no reason. */
  readonly message: string;
}

/** The counters Argo keeps of one metric, and its last measurements (10 unless retention says else). */
export interface MetricResult {
  readonly name: string;
  readonly phase: RunPhase;
  readonly isDryRun: boolean;
  readonly message: string;
  /** Successful + failed + inconclusive; errors are not in it. */
  readonly count: number;
  readonly successful: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly error: number;
  readonly consecutiveError: number;
  readonly consecutiveSuccess: number;
  readonly measurements: readonly Measurement[];
}

/** What `kubectl get analysisrun` would show. */
export interface RunStatus {
  readonly name: string;
  readonly phase: RunPhase;
  readonly message: string;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly metrics: readonly MetricResult[];
}

const ORDER: readonly RunPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

/** Whether `other` is worse than `phase`: Failed, Error, Inconclusive, Successful in that order. */
export function isWorse(other: RunPhase, phase: RunPhase): boolean {
  return ORDER.indexOf(other) > ORDER.indexOf(phase);
}

/** Whether a run or metric has ended. */
export function isCompleted(phase: RunPhase): boolean {
  return phase !== 'Pending' && phase !== 'Running';
}

/** The result of a metric that has not been measured yet. */
export function emptyResult(name: string, isDryRun: boolean): MetricResult {
  const counters = { count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0 };
  const streaks = { consecutiveError: 0, consecutiveSuccess: 0 };
  return { name, phase: 'Running', isDryRun, message: '', ...counters, ...streaks, measurements: [] };
}

/** Counts one more measurement and keeps the last `limit`. */
export function withMeasurement(result: MetricResult, measurement: Measurement, limit: number): MetricResult {
  const measurements = [...result.measurements, measurement].slice(-limit);
  const kept = { ...result, measurements };
  switch (measurement.phase) {
    case 'Successful':
      return {
        ...kept,
        count: result.count + 1,
        successful: result.successful + 1,
        consecutiveError: 0,
        consecutiveSuccess: result.consecutiveSuccess + 1,
      };
    case 'Failed':
      return { ...kept, ...counted(result), failed: result.failed + 1 };
    case 'Inconclusive':
      return { ...kept, ...counted(result), inconclusive: result.inconclusive + 1 };
    case 'Error':
      return {
        ...kept,
        error: result.error + 1,
        consecutiveError: result.consecutiveError + 1,
        consecutiveSuccess: 0,
      };
  }
}

function counted(result: MetricResult) {
  return { count: result.count + 1, consecutiveError: 0, consecutiveSuccess: 0 };
}
