import { Scanner, SyntaxFault } from './scanner.ts';
import type { Labels } from './store.ts';

/** One condition of a log search; all of them must hold. */
export type LogTerm =
  | {
      readonly kind: 'one-of';
      readonly key: string;
      readonly values: readonly string[];
      readonly negated: boolean;
    }
  | { readonly kind: 'compare'; readonly key: string; readonly operator: string; readonly limit: number };

/** The log search syntax, as far as searches here use it. Throws `SyntaxFault`. */
export function parseLogQuery(text: string): LogTerm[] {
  if (text === '*' || text === '') return [];
  const scanner = new Scanner(text);
  const terms = [parseTerm(scanner)];
  while (scanner.take(/ AND /y) !== null) terms.push(parseTerm(scanner));
  if (!scanner.isDone) throw new SyntaxFault(`more than a search: ${text}`);
  return terms;
}

function parseTerm(scanner: Scanner): LogTerm {
  const negated = scanner.take(/-/y) !== null;
  const [, key = ''] = scanner.need(/(@?[A-Za-z][\w./-]*):/y, 'a facet');
  const compare = scanner.take(/(<=|>=|<|>)(-?\d+(?:\.\d+)?)/y);
  if (compare !== null) {
    return { kind: 'compare', key, operator: compare[1] ?? '', limit: Number(compare[2]) };
  }
  if (scanner.take(/\(/y) === null) return { kind: 'one-of', key, values: [parseString(scanner)], negated };
  const values = [parseString(scanner)];
  while (scanner.take(/ OR /y) !== null) values.push(parseString(scanner));
  scanner.need(/\)/y, ')');
  return { kind: 'one-of', key, values, negated };
}

function parseString(scanner: Scanner): string {
  const [, inner = ''] = scanner.need(/"((?:[^"\\]|\\.)*)"/y, 'a quoted value');
  return inner.replace(/\\(.)/g, '$1');
}

export function logPasses(terms: readonly LogTerm[], labels: Labels): boolean {
  return terms.every((term) => {
    const value = labels[term.key];
    if (term.kind === 'one-of') return (value !== undefined && term.values.includes(value)) !== term.negated;
    if (value === undefined) return false;
    const number = Number(value);
    if (term.operator === '<') return number < term.limit;
    if (term.operator === '<=') return number <= term.limit;
    return term.operator === '>' ? number > term.limit : number >= term.limit;
  });
}
