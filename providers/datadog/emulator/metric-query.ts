import { Scanner, SyntaxFault } from './scanner.ts';

/** Which tags a point must have. */
export type TagFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'in'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'not'; readonly of: TagFilter }
  | { readonly kind: 'and' | 'or'; readonly of: readonly TagFilter[] };

export interface MetricQueryAst {
  readonly aggregate: string;
  /** Of `count(v: v<0.5)`. */
  readonly condition: { readonly operator: string; readonly limit: number } | null;
  readonly metric: string;
  readonly filter: TagFilter;
  readonly by: readonly string[];
  readonly asCount: boolean;
  readonly rollup: { readonly method: string; readonly seconds: number } | null;
}

const VALUE = /[^\s,(){}!]+/y;

/** The metric query language, as far as queries here use it. Throws `SyntaxFault`. */
export function parseMetricQuery(text: string): MetricQueryAst {
  const scanner = new Scanner(text);
  const [, aggregate = ''] = scanner.need(/(sum|count|avg|min|max)/y, 'an aggregator');
  const found = scanner.take(/\(v: v(<=|<|>=|>)(\d+(?:\.\d+)?)\)/y);
  scanner.need(/:/y, ':');
  const [metric] = scanner.need(/[A-Za-z][\w.]*/y, 'a metric');
  scanner.need(/\{/y, '{');
  const filter = scanner.take(/\*(?=\})/y) === null ? parseOr(scanner) : ({ kind: 'all' } as const);
  scanner.need(/\}/y, '}');
  const [, keys] = scanner.take(/ by \{([^{}]+)\}/y) ?? [];
  const asCount = scanner.take(/\.as_count\(\)/y) !== null;
  const [, method = '', seconds = ''] = scanner.take(/\.rollup\((sum|avg|min|max|count), (\d+)\)/y) ?? [];
  if (!scanner.isDone) throw new SyntaxFault(`more than a query: ${text}`);
  return {
    aggregate,
    condition: found === null ? null : { operator: found[1] ?? '', limit: Number(found[2]) },
    metric,
    filter,
    by: keys === undefined ? [] : keys.split(',').map((key) => key.trim()),
    asCount,
    rollup: seconds === '' ? null : { method, seconds: Number(seconds) },
  };
}

/** A filter alone, as `apm_metrics` takes it. */
export function parseTagFilter(text: string): TagFilter {
  if (text === '' || text === '*') return { kind: 'all' };
  const scanner = new Scanner(text);
  const filter = parseOr(scanner);
  if (!scanner.isDone) throw new SyntaxFault(`more than a filter: ${text}`);
  return filter;
}

function parseOr(scanner: Scanner): TagFilter {
  const of = [parseAnd(scanner)];
  while (scanner.take(/\s+OR\s+/iy) !== null) of.push(parseAnd(scanner));
  return of.length === 1 ? (of[0] ?? { kind: 'all' }) : { kind: 'or', of };
}

function parseAnd(scanner: Scanner): TagFilter {
  const of = [parseTerm(scanner)];
  while (scanner.take(/\s+AND\s+|\s*,\s*/iy) !== null) of.push(parseTerm(scanner));
  return of.length === 1 ? (of[0] ?? { kind: 'all' }) : { kind: 'and', of };
}

function parseTerm(scanner: Scanner): TagFilter {
  if (scanner.take(/!|NOT\s+/iy) !== null) return { kind: 'not', of: parseTerm(scanner) };
  if (scanner.take(/\(/y) !== null) {
    const inner = parseOr(scanner);
    scanner.need(/\)/y, ')');
    return inner;
  }
  const [word] = scanner.need(/[^\s,(){}!]+/y, 'a tag');
  const list = scanner.take(/\s+(NOT\s+)?IN\s*\(/iy);
  if (list !== null) {
    const listed = { kind: 'in', key: word, values: parseList(scanner) } as const;
    return list[1] === undefined ? listed : { kind: 'not', of: listed };
  }
  const colon = word.indexOf(':');
  if (colon < 1) throw new SyntaxFault(`${word} is no key:value`);
  return { kind: 'in', key: word.slice(0, colon), values: [word.slice(colon + 1)] };
}

function parseList(scanner: Scanner): string[] {
  const values = [scanner.need(VALUE, 'a value')[0]];
  while (scanner.take(/\s*,\s*/y) !== null) values.push(scanner.need(VALUE, 'a value')[0]);
  scanner.need(/\)/y, ')');
  return values;
}

/** Whether tags pass; a star stands for anything, as it does in Datadog. */
export function passes(filter: TagFilter, tags: Readonly<Record<string, string>>): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'in':
      return filter.values.some((value) => fits(value, tags[filter.key]));
    case 'not':
      return !passes(filter.of, tags);
    case 'and':
      return filter.of.every((each) => passes(each, tags));
    case 'or':
      return filter.of.some((each) => passes(each, tags));
  }
}

function fits(wanted: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (!wanted.includes('*')) return wanted === value;
  const pattern = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join('.*')}$`).test(value);
}
