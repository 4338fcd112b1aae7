import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** Answers with a body and its ETag, or with 304 where the caller has it already. */
export function sendTagged(
  request: Request,
  response: Response,
  { type, body }: { readonly type: string; readonly body: string },
): void {
  const tag = `"${createHash('sha256').update(type).update(body).digest('base64url').slice(0, 22)}"`;
  response.set({ ETag: tag, 'Cache-Control': 'private, no-cache', Vary: 'Accept, Authorization' });
  if (holds(request.get('if-none-match'), tag)) response.status(304).end();
  else response.set('Content-Type', type).send(body);
}

export function sendJson(request: Request, response: Response, value: unknown): void {
  sendTagged(request, response, { type: 'application/json; charset=utf-8', body: JSON.stringify(value) });
}

/** We are the origin: a caller that wants no answer from a cache gets 304 all the same. */
function holds(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
