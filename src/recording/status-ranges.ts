import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';

/** Status codes as spans, both ends included; plain data, so that a query can be compared and stored. */
export type StatusRanges = readonly (readonly [from: number, to: number])[];

const LOWEST = 100;
const HIGHEST = 999;
const ALLOWED = 'status codes such as 5xx, 500-599, >=500 or 404, several separated by commas';

/** Reads `5xx`, `500-599`, `>=500`, `<400`, `404`, a number, a list of these, or several in one text. */
export function parseStatuses(raw: unknown, path: string): Parsed<StatusRanges> {
  const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const ranges: (readonly [number, number])[] = [];
  const issues: Issue[] = [];
  for (const item of items) {
    const texts = typeof item === 'string' ? item.split(',') : [typeof item === 'number' ? String(item) : ''];
    for (const text of texts) {
      const range = parseRange(text.trim());
      if (range === null) issues.push({ path, given: shown(item), allowed: ALLOWED });
      else ranges.push(range);
    }
  }
  if (items.length === 0) issues.push({ path, given: 'an empty list', allowed: ALLOWED });
  return issues.length > 0 ? invalid(...issues) : valid(ranges);
}

function parseRange(text: string): readonly [number, number] | null {
  const [, family] = /^([1-9])xx$/i.exec(text) ?? [];
  if (family !== undefined) return [Number(family) * 100, Number(family) * 100 + 99];
  const [, comparison, limit] = /^(>=|<=|>|<)\s*(\d{3})$/.exec(text) ?? [];
  if (comparison !== undefined) return ordered(...compared(comparison, Number(limit)));
  const [, from, to = from] = /^(\d{3})(?:\s*-\s*(\d{3}))?$/.exec(text) ?? [];
  return from === undefined ? null : ordered(Number(from), Number(to));
}

function compared(comparison: string, limit: number): [number, number] {
  if (comparison.startsWith('>')) return [comparison === '>=' ? limit : limit + 1, HIGHEST];
  return [LOWEST, comparison === '<=' ? limit : limit - 1];
}

function ordered(from: number, to: number): readonly [number, number] | null {
  return from >= LOWEST && from <= to && to <= HIGHEST ? [from, to] : null;
}

/** A test for one status, by a table: it runs once a line. */
export function compileStatuses(ranges: StatusRanges): (status: number) => boolean {
  const table = new Uint8Array(HIGHEST + 1);
  for (const [from, to] of ranges) table.fill(1, from, to + 1);
  return (status) => table[status] === 1;
}

/** A status as logs write it, or null: nginx writes 000 and Envoy 0 where there was no answer at all. */
export function parseStatus(text: string): number | null {
  if (!/^\d{3}$/.test(text)) return null;
  const status = Number(text);
  return status >= LOWEST ? status : null;
}
