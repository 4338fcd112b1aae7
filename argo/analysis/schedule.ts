import type { Metric } from './metric.ts';
import { isCompleted, type MetricResult } from './run-status.ts';

// Argo retries an error after this long, whatever the interval says.
const ERROR_RETRY_MS = 10_000;

/**
 * When the next measurement of a metric is due, epoch milliseconds of the simulated clock.
 * Undefined: it needs none any more. The first is due at once or after initialDelay, every other
 * one an interval after the previous one finished.
 */
export function nextMeasurementAt(
  metric: Metric,
  result: MetricResult | undefined,
  runStartedAt: number,
): number | undefined {
  if (result !== undefined && isCompleted(result.phase)) return undefined;
  const last = result?.measurements.at(-1);
  if (result === undefined || last === undefined) return runStartedAt + metric.initialDelayMs;
  if (metric.effectiveCount !== undefined && result.count >= metric.effectiveCount) return undefined;
  if (last.phase === 'Error') return last.finishedAt + ERROR_RETRY_MS;
  return metric.intervalMs === undefined ? undefined : last.finishedAt + metric.intervalMs;
}
