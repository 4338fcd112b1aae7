import type { Metric } from './metric.ts';
import { isCompleted, isWorse, type MetricResult, type RunPhase } from './run-status.ts';

/** The limit of a metric that its counters have passed. */
export interface Tripped {
  readonly phase: 'Failed' | 'Inconclusive' | 'Error';
  readonly message: string;
}

/**
 * The limit that ends a metric badly. Limits trip when they are passed, not when they are reached.
 * Where several have, Error hides Inconclusive and Inconclusive hides Failed (Argo overwrites).
 */
function trippedLimit(metric: Metric, result: MetricResult): Tripped | undefined {
  const { consecutiveErrorLimit, inconclusiveLimit, failureLimit } = metric;
  if (result.consecutiveError > consecutiveErrorLimit) {
    const found = `consecutiveErrors (${String(result.consecutiveError)})`;
    return { phase: 'Error', message: `${found} > consecutiveErrorLimit (${String(consecutiveErrorLimit)})` };
  }
  if (result.inconclusive > inconclusiveLimit) {
    const found = `inconclusive (${String(result.inconclusive)})`;
    return { phase: 'Inconclusive', message: `${found} > inconclusiveLimit (${String(inconclusiveLimit)})` };
  }
  if (failureLimit >= 0 && result.failed > failureLimit) {
    return {
      phase: 'Failed',
      message: `failed (${String(result.failed)}) > failureLimit (${String(failureLimit)})`,
    };
  }
  return undefined;
}

/** The phase of one metric by its counters; `isTerminating` ends an unfinished one as Successful. */
function assessMetric(metric: Metric, result: MetricResult, isTerminating: boolean): RunPhase {
  if (isCompleted(result.phase)) return result.phase;
  const tripped = trippedLimit(metric, result);
  if (tripped !== undefined) return tripped.phase;
  const { consecutiveSuccessLimit, effectiveCount } = metric;
  const needsSuccesses = consecutiveSuccessLimit > 0;
  if (needsSuccesses && result.consecutiveSuccess >= consecutiveSuccessLimit) return 'Successful';
  if (effectiveCount !== undefined && result.count >= effectiveCount) {
    // The count is used up. Only a metric that had to prove something can now end otherwise.
    if (!needsSuccesses) return 'Successful';
    return metric.failureLimit >= 0 ? 'Inconclusive' : 'Failed';
  }
  return isTerminating ? 'Successful' : 'Running';
}

/** The phase of a whole run and the message that the Rollout repeats. */
export interface RunAssessment {
  readonly phase: RunPhase;
  readonly message: string;
  readonly metrics: readonly MetricResult[];
}

/**
 * Assesses all metrics of a run: the worst decides once all are done or the run is terminating;
 * metrics in dry-run mode never do.
 *
 * @param isStopped whether somebody asked the run to stop (abort, promotion, step passed)
 */
export function assessRun(
  metrics: readonly Metric[],
  results: readonly MetricResult[],
  isStopped: boolean,
): RunAssessment {
  const isTerminating = isStopped || results.some(endsRun);
  const assessed = metrics.flatMap((metric) => {
    const result = results.find(({ name }) => name === metric.name);
    return result === undefined ? [] : [settle(metric, result, isTerminating)];
  });
  const verdict = worst(metrics, assessed, isStopped);
  const isFinished = assessed.length === metrics.length && assessed.every(({ phase }) => isCompleted(phase));
  const outcome = { metrics: assessed, message: verdict.message };
  if (isTerminating) return { ...outcome, phase: verdict.phase ?? 'Successful' };
  if (!isFinished || verdict.phase === undefined) return { ...outcome, phase: 'Running', message: '' };
  return { ...outcome, phase: verdict.phase };
}

/** Whether this metric alone makes its siblings stop. */
export function endsRun(result: MetricResult): boolean {
  return !result.isDryRun && ['Failed', 'Error', 'Inconclusive'].includes(result.phase);
}

function settle(metric: Metric, result: MetricResult, isTerminating: boolean): MetricResult {
  const phase = assessMetric(metric, result, isTerminating);
  if (phase === result.phase) return result;
  const tripped = result.isDryRun ? trippedLimit(metric, result) : undefined;
  const lastError = result.measurements.at(-1)?.message ?? result.message;
  const message = tripped === undefined ? lastError : `Metric assessed ${phase} due to ${tripped.message}`;
  return { ...result, phase, message };
}

function worst(metrics: readonly Metric[], results: readonly MetricResult[], isStopped: boolean) {
  let phase: RunPhase | undefined;
  let message = isStopped ? 'Run Terminated' : '';
  for (const result of results.filter((candidate) => isCompleted(candidate.phase))) {
    if (result.isDryRun) {
      phase ??= 'Successful';
      continue;
    }
    if (phase !== undefined && !isWorse(result.phase, phase)) continue;
    phase = result.phase;
    message = messageOf(metrics, result) ?? message;
  }
  return { phase, message };
}

function messageOf(metrics: readonly Metric[], result: MetricResult): string | undefined {
  const metric = metrics.find(({ name }) => name === result.name);
  const tripped = metric === undefined ? undefined : trippedLimit(metric, result);
  if (tripped === undefined) return undefined;
  const error = result.message === '' ? '' : `: "Error Message: ${result.message}"`;
  return `Metric "${result.name}" assessed ${result.phase} due to ${tripped.message}${error}`;
}
