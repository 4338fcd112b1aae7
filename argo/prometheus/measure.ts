import type { Taken } from '../analysis/analysis-run.ts';
import type { Metric } from '../analysis/metric.ts';
import type { GoValue } from '../go/value.ts';
import { isObject } from '../read.ts';
import { UnmodelledError } from '../unmodelled-error.ts';
import type { WebDeps } from '../web-metric/measure.ts';
import { judge, type Treatment } from '../web-metric/response.ts';
import { send } from '../web-metric/send.ts';

/**
 * Takes one measurement of a prometheus metric: an instant query by POST, as Prometheus' HTTP API documents it. A
 * vector becomes a list of numbers without its labels, an empty one an empty list, a scalar a number.
 */
export async function measurePrometheus(metric: Metric, nowMs: number, deps: WebDeps): Promise<Taken> {
  const { prometheus } = metric;
  if (prometheus === undefined) return { treatment: failed('no valid provider in metric'), tookMs: 0 };
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
  for (const { key, value } of prometheus.headers) headers.set(key, value);
  const form = new URLSearchParams({ query: prometheus.query, time: String(nowMs / 1000) });
  const request = {
    method: 'POST',
    url: `${prometheus.address.replace(/\/$/, '')}/api/v1/query`,
    headers,
    body: new TextEncoder().encode(form.toString()),
    timeoutMs: prometheus.timeoutSeconds * 1000,
  };
  const sent = await send(request, deps.hosts());
  if ('error' in sent) {
    return { treatment: failed(sent.error), tookMs: sent.timedOut ? request.timeoutMs : 0 };
  }
  return { treatment: treat(new TextDecoder().decode(sent.body), metric, nowMs, deps), tookMs: 0 };
}

function treat(body: string, metric: Metric, nowMs: number, deps: WebDeps): Treatment {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return failed('bad_response: readObjectStart: expect { or n');
  }
  const data = isObject(answer) && answer['status'] === 'success' ? answer['data'] : undefined;
  if (!isObject(data)) return failed('bad_response: unexpected answer of Prometheus');
  const { value, shown } = valueOf(data['resultType'], data['result']);
  return judge(value, shown, metric, deps.version, nowMs);
}

function valueOf(type: unknown, result: unknown): { readonly value: GoValue; readonly shown: string } {
  if (type === 'scalar' && Array.isArray(result)) {
    const value = float(result[1]);
    return { value, shown: String(value.value) };
  }
  if (type !== 'vector' || !Array.isArray(result)) {
    throw new UnmodelledError(`a result of type ${String(type)}`, ['vector', 'scalar']);
  }
  const items = result.map((sample) =>
    float(isObject(sample) && Array.isArray(sample['value']) ? sample['value'][1] : 'NaN'),
  );
  return { value: { type: 'slice', items }, shown: `[${items.map(({ value }) => String(value)).join(',')}]` };
}

function float(text: unknown): { readonly type: 'float64'; readonly value: number } {
  const special: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity };
  const given = String(text);
  return { type: 'float64', value: special[given] ?? Number(given) };
}

const failed = (error: string): Treatment => ({ phase: 'Error', value: '', error });
