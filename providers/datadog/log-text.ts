import type { Range, Tags } from './query-model.ts';
import { isFacet, quoted } from './tag-text.ts';

/** One log search, before it is text. */
export interface LogText {
  readonly filter: readonly Tags[];
  readonly exclude: Tags;
  readonly range: Readonly<Record<string, Range>>;
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * `service:"checkout" AND @http.status_code:>=500 AND -@http.url:("/healthz" OR "/ready")`. Values are quoted;
 * a `*` inside quotes is just a star. Throws a TypeError for parts that were not checked before: our own bug.
 */
export function logText({ filter, exclude, range }: LogText): string {
  const terms = [
    ...filter.flatMap((tags) => termsOf(tags, '')),
    ...rangeTerms(range),
    ...termsOf(exclude, '-'),
  ];
  return terms.length === 0 ? '*' : terms.join(' AND ');
}

function termsOf(tags: Tags, sign: '' | '-'): string[] {
  return Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      const all = values.map((value) => checked(quoted(value)));
      const text = all.length === 1 ? all.join('') : `(${all.join(' OR ')})`;
      return `${sign}${facet(key)}:${text}`;
    });
}

function rangeTerms(range: LogText['range']): string[] {
  return Object.entries(range)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, ends]) =>
      (Object.keys(OPERATORS) as (keyof Range)[]).flatMap((end) => {
        const limit = ends[end];
        return limit === undefined ? [] : [`${facet(key)}:${OPERATORS[end]}${checked(decimal(limit))}`];
      }),
    );
}

function facet(key: string): string {
  return checked(isFacet(key) ? key : null);
}

function decimal(value: number): string | null {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return null;
  return value.toFixed(6).replace(/\.?0+$/, '');
}

function checked(text: string | null): string {
  if (text === null) throw new TypeError('a part of a Datadog log search was not checked before');
  return text;
}
