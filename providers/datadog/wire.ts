import { garbled } from './fault.ts';

/** One answer as it came, before anybody made something of it. */
export interface Captured {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A window of 1500 minutes with 500 groups of two cohorts is below 15 MiB. */
const MAX_ANSWER = 32 * 1024 * 1024;

/**
 * A `fetch` for Datadog's client that keeps the answer and hands the client an empty one instead: the client shows
 * no headers, and what it makes of truncated JSON or NaN is a success. Redirects are not followed: the keys would
 * go along.
 */
export function capturing(
  signal: AbortSignal,
  keep: (answer: Captured) => void,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const answer = await fetch(url, { ...init, signal, redirect: 'manual' });
    keep({ status: answer.status, headers: answer.headers, text: await boundedText(answer) });
    return new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } });
  };
}

async function boundedText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER)
      throw garbled('is larger than 32 MiB', 'Ask for fewer groups, or for wider buckets.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Strict JSON of a successful answer. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw garbled('is empty');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw garbled(
      /[:,[\s]-?(?:NaN|Infinity)\b/.test(text) ? 'contains NaN, which is no JSON' : 'is cut off, or no JSON',
    );
  }
}
