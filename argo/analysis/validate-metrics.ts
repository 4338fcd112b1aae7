import type { Metric } from './metric.ts';

/**
 * What Argo finds wrong with the metrics of a run before it takes the first measurement, or
 * undefined. The run then ends as Error with the message `Analysis spec invalid: ...`.
 */
export function metricsProblem(metrics: readonly Metric[]): string | undefined {
  if (metrics.length === 0) return 'no metrics specified';
  for (const [index, metric] of metrics.entries()) {
    const isRepeated = metrics.findIndex((other) => other.name === metric.name) < index;
    const problem = isRepeated ? `duplicate name '${metric.name}'` : metricProblem(metric);
    if (problem === undefined) continue;
    return `metrics[${String(index)}]: ${problem}`;
  }
  return undefined;
}

function metricProblem(metric: Metric): string | undefined {
  return limitsProblem(metric) ?? countProblem(metric) ?? providerProblem(metric);
}

function limitsProblem(metric: Metric): string | undefined {
  const { failureLimit, consecutiveSuccessLimit } = metric;
  if (consecutiveSuccessLimit < 0) return 'consecutiveSuccessLimit must be >= 0';
  if (failureLimit < -1) return 'failureLimit must be >= 0, or -1 to be disabled';
  if (consecutiveSuccessLimit === 0 && failureLimit === -1) {
    return 'failureLimit and consecutiveSuccessLimit cannot both be disabled';
  }
  if (metric.inconclusiveLimit < 0) return 'inconclusiveLimit must be >= 0';
  return metric.consecutiveErrorLimit < 0 ? 'consecutiveErrorLimit must be >= 0' : undefined;
}

function countProblem(metric: Metric): string | undefined {
  const { effectiveCount: count, failureLimit, consecutiveSuccessLimit } = metric;
  // Only a count that was written down is held against the limits.
  if (count === undefined || metric.isCountImplied) return undefined;
  if (failureLimit >= 0 && count < failureLimit + consecutiveSuccessLimit) {
    const sum = `(${String(failureLimit)} + ${String(consecutiveSuccessLimit)})`;
    return `count (${String(count)}) must be >= failureLimit + consecutiveSuccessLimit ${sum} if both >= 0`;
  }
  if (failureLimit < 0 && count < consecutiveSuccessLimit) return 'count must be >= consecutiveSuccessLimit';
  if (count < metric.inconclusiveLimit) return 'count must be >= inconclusiveLimit';
  const needsInterval = count > 1 && metric.intervalMs === undefined;
  return needsInterval ? 'interval must be specified when count > 1' : undefined;
}

function providerProblem(metric: Metric): string | undefined {
  const { web, prometheus } = metric;
  if (web !== undefined && prometheus !== undefined) return 'multiple providers specified';
  return web === undefined && prometheus === undefined ? 'no provider specified' : undefined;
}
