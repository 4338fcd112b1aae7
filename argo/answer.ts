import { isObject } from './read.ts';
import type { Measurement, MetricResult, RunStatus } from './analysis/run-status.ts';
import type { Answer, Deciding } from './simulate-options.ts';

/** The verdict, code and reason inside a measurement's value; undefined where it is something else. */
export function answerOf(measurement: Measurement): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(measurement.value);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { verdict, code, reason } = value;
  if (typeof verdict !== 'string' || typeof code !== 'string' || typeof reason !== 'string') return undefined;
  return { verdict, code, reason };
}

/** The last measurement of the worst metric of a run. */
export function decidingIn(run: RunStatus | undefined): Deciding | undefined {
  const worst = run?.metrics.find((metric) => metric.phase === run.phase) ?? run?.metrics[0];
  const measurement = worst === undefined ? undefined : matching(worst);
  if (run === undefined || worst === undefined || measurement === undefined) return undefined;
  return { run: run.name, metric: worst.name, measurement, answer: answerOf(measurement) };
}

// The last one of the metric's own phase says why; a run that was stopped has none and shows its last.
function matching(metric: MetricResult): Measurement | undefined {
  return metric.measurements.findLast(({ phase }) => phase === metric.phase) ?? metric.measurements.at(-1);
}
