import { shown } from '../../src/core/parsed.ts';
import { garbled } from './fault.ts';

/** HTTP 200 is no promise: an answer may say in its body that it failed. */
export function refuseFailure(body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw garbled('is no object');
  const fields = new Map<string, unknown>(Object.entries(body));
  const status = fields.get('status');
  if (typeof status === 'string' && status !== 'ok') throw garbled(`has the status ${shown(status)}`);
  for (const name of ['errors', 'error']) {
    const told = fields.get(name);
    const isNone =
      told === undefined || told === null || told === '' || (Array.isArray(told) && told.length === 0);
    if (!isNone) throw garbled(`says that it failed (${name} with status 200)`);
  }
}
