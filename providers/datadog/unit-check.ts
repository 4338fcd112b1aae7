import { garbled, rejected } from './fault.ts';
import type { PlannedQuery } from './metric-plan.ts';
import { isTraceMetric } from './query-model.ts';
import type { AnsweredSeries } from './timeseries-answer.ts';

/**
 * Compares the unit that the answer names with the one a threshold was given in: latencies of load balancers are in
 * milliseconds, those of traces in seconds, and 500 of the one is not 500 of the other. Gives notes for the reader;
 * throws `ProviderError` where the two differ.
 */
export function checkUnit(
  { role, query }: PlannedQuery,
  answered: readonly AnsweredSeries[],
  planned: readonly PlannedQuery[],
): string[] {
  const index = planned.findIndex((each) => each.role === role && each.kind === 'unit');
  if (index === -1 || query.kind !== 'metrics' || query.threshold === undefined) return [];
  const { unit: wanted } = query.threshold;
  const line = answered.find((each) => each.index === index);
  if (line === undefined) {
    // Without the metric itself there can be no values below or above a threshold either.
    if (answered.some((each) => planned[each.index]?.role === role && each.points.length > 0)) {
      throw garbled(`counts values of ${query.metric} but has none of the metric itself`);
    }
    return [];
  }
  if (line.unit === wanted) return [];
  if (line.unit !== null) {
    throw rejected(
      `Datadog says that ${query.metric} is in ${line.unit.slice(0, 40)}s, the SLO says ${wanted}s.`,
      'Correct the unit in the SLO file; the threshold was not applied.',
    );
  }
  const why = isTraceMetric(query.metric) ? 'as trace metrics are' : 'as the SLO says';
  return [`${query.metric}: Datadog names no unit; taken to be in ${wanted}s, ${why}`];
}
