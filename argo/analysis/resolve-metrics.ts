import { parseMetric, type Metric } from './metric.ts';
import type { RunSpec } from './run-spec.ts';
import { substituteArgs, type ArgValues } from './substitute.ts';
import { metricsProblem } from './validate-metrics.ts';

/** The metrics of a run with their args in place, or the message with which the run ends as Error. */
export type ResolvedMetrics =
  | { readonly metrics: readonly Metric[]; readonly dryRun: ReadonlySet<string> }
  | { readonly problem: string };

/** Resolves and validates, in Argo's order and words. */
export function resolveMetrics(spec: RunSpec, values: ArgValues): ResolvedMetrics {
  let raw;
  try {
    raw = spec.metrics.map((metric) => substituteArgs(metric, values));
  } catch (error) {
    return { problem: `Unable to resolve metric arguments: ${textOf(error)}` };
  }
  const metrics: Metric[] = [];
  for (const [index, metric] of raw.entries()) {
    try {
      metrics.push(parseMetric(metric));
    } catch (error) {
      return { problem: `Analysis spec invalid: metrics[${String(index)}]: ${textOf(error)}` };
    }
  }
  const problem = metricsProblem(metrics) ?? dryRunProblem(spec.dryRun, metrics);
  if (problem !== undefined) return { problem: `Analysis spec invalid: ${problem}` };
  return { metrics, dryRun: dryRunNames(spec.dryRun, metrics) };
}

function dryRunProblem(rules: readonly string[], metrics: readonly Metric[]): string | undefined {
  const unmatched = rules.findIndex((rule) => !metrics.some(({ name }) => new RegExp(rule, 'u').test(name)));
  return unmatched < 0 ? undefined : `dryRun[${String(unmatched)}]: Rule didn't match any metric name(s)`;
}

function dryRunNames(rules: readonly string[], metrics: readonly Metric[]): ReadonlySet<string> {
  const names = metrics.map(({ name }) => name);
  return new Set(names.filter((name) => rules.some((rule) => new RegExp(rule, 'u').test(name))));
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
