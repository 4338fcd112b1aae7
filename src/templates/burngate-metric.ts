import { fill } from './args.ts';
import { isObject, objectAt, textAt, type RawObject } from './raw.ts';
import type { MetricView } from './template-view.ts';

export const ANALYSIS_PATH = '/v1/analysis';
export type Mode = 'watch' | 'gate' | 'preflight';

/** A metric that asks Burngate. */
export interface BurngateMetric extends MetricView {
  readonly web: RawObject;
  readonly body: RawObject;
  /** Undefined: something else stands there. */
  readonly mode: Mode | undefined;
}

/** The metric as one of ours, known by its address or by the fields of its request; undefined for any other. */
export function burngateMetric(
  metric: MetricView,
  values: ReadonlyMap<string, string>,
): BurngateMetric | undefined {
  const { web } = objectAt(metric.raw, 'provider');
  if (!isObject(web)) return undefined;
  const body = objectAt(web, 'jsonBody');
  const asksLikeUs = 'slo' in body && ('canary' in body || 'stable' in body);
  const url = fill(textAt(web, 'url') ?? '', values);
  if (!asksLikeUs && !url.replace(/[?#].*$/, '').endsWith(ANALYSIS_PATH)) return undefined;
  return { ...metric, web, body, mode: modeOf(body['mode'], values) };
}

function modeOf(raw: unknown, values: ReadonlyMap<string, string>): Mode | undefined {
  if (raw === undefined || raw === null || raw === '') return 'watch';
  const text = typeof raw === 'string' ? fill(raw, values) : '';
  return text === 'watch' || text === 'gate' || text === 'preflight' ? text : undefined;
}
