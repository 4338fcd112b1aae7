import { parseGoDuration } from '../go/duration.ts';
import { isObject, listAt, objectAt, optionalIntOrText, optionalText, type RawObject } from '../read.ts';
import { UnmodelledError } from '../unmodelled-error.ts';

/** The web provider of a metric, args resolved. */
export interface WebProvider {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly body: string;
  readonly jsonBody: RawObject | undefined;
  readonly timeoutSeconds: number;
  readonly jsonPath: string | undefined;
  readonly hasOAuth: boolean;
}

/** The prometheus provider of a metric, args resolved. */
export interface PrometheusProvider {
  readonly address: string;
  readonly query: string;
  readonly headers: WebProvider['headers'];
  readonly timeoutSeconds: number;
}

/** A metric with all of its args resolved. Limits are as Argo reads them, defaults filled in. */
export interface Metric {
  readonly name: string;
  /** Milliseconds between measurements; undefined where none is given. */
  readonly intervalMs: number | undefined;
  readonly initialDelayMs: number;
  /** How many measurements; undefined means forever, which needs an interval. */
  readonly effectiveCount: number | undefined;
  /** The count of 1 that Argo supplies where neither count nor interval is given. */
  readonly isCountImplied: boolean;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** 0 is off. */
  readonly consecutiveSuccessLimit: number;
  readonly successCondition: string | undefined;
  readonly failureCondition: string | undefined;
  readonly web: WebProvider | undefined;
  readonly prometheus?: PrometheusProvider;
}

const DEFAULT_CONSECUTIVE_ERROR_LIMIT = 4;

/**
 * Reads a metric whose args are resolved.
 *
 * @throws Error with Argo's words for a duration that Go cannot read
 */
export function parseMetric(raw: RawObject): Metric {
  const name = optionalText(raw, 'name', 'metric') ?? '';
  const number = (key: string): number | undefined => intValue(optionalIntOrText(raw, key, name));
  const intervalMs = durationAt(raw, 'interval', 'invalid interval string');
  const count = number('count') ?? 0;
  const provider = objectAt(raw, 'provider', name);
  return {
    name,
    intervalMs,
    initialDelayMs: durationAt(raw, 'initialDelay', 'invalid startDelay string') ?? 0,
    effectiveCount: count !== 0 ? count : intervalMs === undefined ? 1 : undefined,
    isCountImplied: count === 0,
    failureLimit: number('failureLimit') ?? 0,
    inconclusiveLimit: number('inconclusiveLimit') ?? 0,
    consecutiveErrorLimit: number('consecutiveErrorLimit') ?? DEFAULT_CONSECUTIVE_ERROR_LIMIT,
    consecutiveSuccessLimit: number('consecutiveSuccessLimit') ?? 0,
    successCondition: optionalText(raw, 'successCondition', name),
    failureCondition: optionalText(raw, 'failureCondition', name),
    web: isObject(provider['web']) ? parseWeb(provider['web'], name) : undefined,
    ...(isObject(provider['prometheus'])
      ? { prometheus: parsePrometheus(provider['prometheus'], name) }
      : {}),
  };
}

// IntOrString.IntValue() of Kubernetes drops the error of a text that is no number: it becomes 0.
function intValue(value: number | string | undefined): number | undefined {
  if (typeof value === 'string') return /^[+-]?\d+$/.test(value) ? Number(value) : 0;
  return value;
}

function durationAt(raw: RawObject, key: string, complaint: string): number | undefined {
  const text = optionalText(raw, key, 'metric');
  if (text === undefined || text === '') return undefined;
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw new Error(`${complaint}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function parseWeb(raw: RawObject, path: string): WebProvider {
  const jsonBody = raw['jsonBody'];
  const timeout = raw['timeoutSeconds'];
  const authentication = objectAt(raw, 'authentication', path);
  return {
    url: optionalText(raw, 'url', path) ?? '',
    method: optionalText(raw, 'method', path) ?? 'GET',
    headers: headersOf(raw, path),
    body: optionalText(raw, 'body', path) ?? '',
    jsonBody: isObject(jsonBody) ? jsonBody : undefined,
    timeoutSeconds: typeof timeout === 'number' && timeout > 0 ? timeout : 10,
    jsonPath: optionalText(raw, 'jsonPath', path),
    hasOAuth: 'tokenUrl' in objectAt(authentication, 'oauth2', path),
  };
}

function headersOf(raw: RawObject, path: string): WebProvider['headers'] {
  return listAt(raw, 'headers', path).flatMap((header) =>
    isObject(header) ? [{ key: String(header['key']), value: String(header['value']) }] : [],
  );
}

function parsePrometheus(raw: RawObject, path: string): PrometheusProvider {
  if ('authentication' in raw || 'rangeQuery' in raw) {
    throw new UnmodelledError('authentication and rangeQuery of prometheus', ['address', 'query', 'headers']);
  }
  const timeout = raw['timeout'];
  return {
    address: optionalText(raw, 'address', path) ?? '',
    query: optionalText(raw, 'query', path) ?? '',
    headers: headersOf(raw, path),
    timeoutSeconds: typeof timeout === 'number' && timeout > 0 ? timeout : 30,
  };
}
