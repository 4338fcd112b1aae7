import { fromJson } from '../go/decode-json.ts';
import { encodeJson } from '../go/encode-json.ts';
import type { WebProvider } from '../analysis/metric.ts';
import type { RawObject } from '../read.ts';

/** One request of a web metric, ready to be sent. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** Bytes, so that no client adds a Content-Type of its own. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly timeoutMs: number;
}

/**
 * Builds the request of a web metric.
 *
 * @param added fields put into a JSON body besides those of the template (the simulated time)
 * @returns the request, or Argo's error for a provider that cannot be used
 */
export function buildRequest(web: WebProvider, added: RawObject): WebRequest | { readonly error: string } {
  const problem = bodyProblem(web);
  if (problem !== undefined) return { error: problem };
  // A header given twice is overwritten, and jsonBody overwrites a Content-Type of the template.
  const headers = new Headers({ 'user-agent': 'Go-http-client/1.1' });
  for (const { key, value } of web.headers) headers.set(key, value);
  if (web.jsonBody !== undefined) headers.set('content-type', 'application/json');
  return {
    method: web.method === '' ? 'GET' : web.method,
    url: web.url,
    headers,
    body: bodyOf(web, added),
    timeoutMs: web.timeoutSeconds * 1000,
  };
}

function bodyProblem(web: WebProvider): string | undefined {
  if (web.body !== '' && web.jsonBody !== undefined) {
    return 'use either Body or JSONBody; both cannot exists for WebMetric payload';
  }
  const hasBody = web.body !== '' || web.jsonBody !== undefined;
  const isGet = web.method === 'GET' || web.method === '';
  return hasBody && isGet
    ? 'Body/JSONBody can only be used with POST or PUT WebMetric Method types'
    : undefined;
}

function bodyOf(web: WebProvider, added: RawObject): Uint8Array<ArrayBuffer> | undefined {
  if (web.body !== '') return new TextEncoder().encode(web.body);
  if (web.jsonBody === undefined) return undefined;
  const value = fromJson({ ...web.jsonBody, ...added });
  return new TextEncoder().encode(value === undefined ? '' : encodeJson(value));
}
