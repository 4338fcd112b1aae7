import { z } from 'zod';
import { MINUTE, type DurationMs } from '../../src/core/units.ts';
import { garbled, rejected } from './garbled.ts';
import { isLogBased } from './resources.ts';

/** What a metric's descriptor says, as far as it matters here. */
export interface Descriptor {
  readonly metric: string;
  readonly kind: 'GAUGE' | 'DELTA' | 'CUMULATIVE';
  readonly type: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  /** UCUM; '' where there is none. */
  readonly unit: string;
  /** ingestDelay + samplePeriod; null where the descriptor does not say. */
  readonly lag: DurationMs | null;
  readonly samplePeriod: DurationMs | null;
}

/** "If data is not visible for up to 240 s" is what most metrics of Google Cloud promise; a minute of sampling more. */
const UNSAID_LAG: DurationMs = 5 * MINUTE;
/** Log-based metrics: counted up to ten minutes late (https://cloud.google.com/logging/docs/logs-based-metrics). */
const LOG_BASED_LAG: DurationMs = 10 * MINUTE;

const span = z
  .object({ seconds: z.coerce.number().default(0), nanos: z.number().default(0) })
  .transform(({ seconds, nanos }) => seconds * 1000 + nanos / 1e6)
  .nullish();
const schema = z.object({
  type: z.string(),
  metricKind: z.string(),
  valueType: z.string(),
  unit: z.string().nullish(),
  metadata: z.object({ samplePeriod: span, ingestDelay: span }).nullish(),
});

const KINDS = ['GAUGE', 'DELTA', 'CUMULATIVE'] as const;
const TYPES = ['INT64', 'DOUBLE', 'DISTRIBUTION'] as const;

/** Throws `provider-garbled`, and `provider-rejected` for a metric that counts nothing. */
export function readDescriptor(raw: unknown): Descriptor {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw garbled('a metric descriptor lacks its type or kind');
  const { type: metric, metricKind, valueType, unit, metadata } = parsed.data;
  const kind = KINDS.find((each) => each === metricKind);
  const type = TYPES.find((each) => each === valueType);
  if (kind === undefined || type === undefined)
    throw rejected(
      `${metric} is ${metricKind} ${valueType}, allowed are ${KINDS.join(', ')} of ${TYPES.join(', ')}.`,
      'Choose a metric that counts events, or a distribution of latencies.',
    );
  const { samplePeriod, ingestDelay } = metadata ?? {};
  const said = (samplePeriod ?? 0) + (ingestDelay ?? 0);
  return {
    metric,
    kind,
    type,
    unit: unit ?? '',
    lag: ingestDelay == null ? null : said,
    samplePeriod: samplePeriod ?? null,
  };
}

/** Age from which counts of this metric no longer change, where the SLO file does not say. */
export function usualLag({ metric, lag }: Descriptor): DurationMs {
  if (isLogBased(metric)) return Math.max(LOG_BASED_LAG, lag ?? 0);
  return lag ?? UNSAID_LAG;
}
