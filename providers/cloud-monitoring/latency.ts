import { formatDuration, type DurationMs } from '../../src/core/units.ts';
import type { Descriptor } from './descriptor.ts';
import { rejected } from './garbled.ts';
import type { LatencyUnit, MetricQuery } from './query.ts';

const MS_PER: Readonly<Record<LatencyUnit, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/**
 * The unit of a distribution's values: the descriptor's (UCUM), else the one of the SLO file. A threshold in the
 * wrong unit would be off by a thousand and call everything good. Throws `provider-rejected`.
 */
export function latencyUnit({ metric, unit }: Descriptor, told: LatencyUnit | undefined): LatencyUnit {
  const known = isUnit(unit) ? unit : null;
  if (known !== null && told !== undefined && told !== known)
    throw rejected(
      `${metric} is measured in ${known}, the SLO file says ${told}.`,
      'Leave spec.unit out: the metric names its unit itself.',
    );
  if (known !== null) return known;
  if (unit !== '' && unit !== '1')
    throw rejected(
      `${metric} is measured in "${unit.slice(0, 20)}", allowed are ${Object.keys(MS_PER).join(', ')}.`,
      'Choose a distribution of latencies.',
    );
  if (told !== undefined) return told;
  throw rejected(
    `${metric} does not say in which unit it is measured.`,
    `Name it in spec.unit: one of ${Object.keys(MS_PER).join(', ')}.`,
  );
}

/** A threshold in the unit of the metric. */
export function inUnit(threshold: DurationMs, unit: LatencyUnit): number {
  return threshold / MS_PER[unit];
}

/** What a reader should know of a threshold inside a bucket. */
export function boundsNote(
  threshold: DurationMs,
  unit: LatencyUnit,
  edges: readonly [number, number],
): string {
  const [lower, upper] = edges;
  const limit = threshold < 1000 ? `${String(threshold)}ms` : formatDuration(threshold);
  const edge = (value: number): string =>
    Number.isFinite(value) ? `${String(Number(value.toPrecision(6)))} ${unit}` : 'the end';
  return `the threshold ${limit} lies inside a bucket of the histogram: its events are counted both ways; nearest edges ${edge(lower)} and ${edge(upper)}`;
}

/** Every role of a distribution but the total needs a threshold, and only a distribution has one. */
export function checkThreshold(descriptor: Descriptor, query: MetricQuery, role: string): void {
  const isDistribution = descriptor.type === 'DISTRIBUTION';
  if (isDistribution && role !== 'total' && query.threshold === undefined)
    throw rejected(
      `${descriptor.metric} is a distribution, and nothing says which latencies are ${role}.`,
      'Set spec.threshold, such as 500ms.',
    );
  if (!isDistribution && query.threshold !== undefined)
    throw rejected(
      `${descriptor.metric} is ${descriptor.kind} ${descriptor.type}, which no latency threshold fits.`,
      'Leave spec.threshold out, or choose a distribution.',
    );
}

function isUnit(text: string): text is LatencyUnit {
  return Object.hasOwn(MS_PER, text);
}
