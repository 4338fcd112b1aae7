import { expect } from 'vitest';
import { AT } from './shop.ts';

/** What the service answered, as it came over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The parts of an answer that tests look into. */
export interface AnswerJson {
  readonly verdict: string;
  readonly code: string;
  readonly reason: string;
  readonly summary: readonly unknown[];
  readonly permanent?: boolean;
  readonly burn?: Readonly<Record<string, number | null>>;
  readonly evidence?: Readonly<Record<string, number | null>>;
  readonly window?: { readonly start: string; readonly end: string; readonly dataAgeSeconds: number };
  readonly groups?: readonly { readonly group: string; readonly burn: number | null }[];
  readonly slos?: readonly { readonly slo: string; readonly verdict: string; readonly code: string }[];
  readonly analysis?: string;
  readonly report?: string;
}

export type Fields = Readonly<Record<string, unknown>>;
type Body = string | Uint8Array<ArrayBuffer>;

/** A request that is complete; tests replace what they are about. */
export const GOOD: Fields = { slo: 'search', canary: 'canary', stable: 'stable', at: AT };

/** Sends bytes as they are. */
export async function post(
  { url }: { readonly url: string },
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await fetch(`${url}/v1/analysis`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Asks with a request that is complete but for these fields, and checks that an answer came. */
export async function ask(
  service: { readonly url: string },
  fields: Fields = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<AnswerJson> {
  const reply = await post(service, JSON.stringify({ ...GOOD, ...fields }), headers);
  return answerOf(reply);
}

/** The law of every answer with 2xx: one complete JSON object, small, and free of what Go escapes. */
export function answerOf(reply: Reply): AnswerJson {
  expect(reply.status).toBe(200);
  expect(Buffer.byteLength(reply.text)).toBeLessThanOrEqual(2000);
  expect(reply.text).not.toMatch(/[<>&]|\\u003[ce]|\\u0026/i);
  const answer = JSON.parse(reply.text) as AnswerJson;
  expect(Object.keys(answer)).toEqual(expect.arrayContaining(['verdict', 'code', 'reason', 'summary']));
  expect(['pass', 'fail', 'inconclusive']).toContain(answer.verdict);
  return answer;
}
