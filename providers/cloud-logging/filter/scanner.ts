import { OPERATORS, type Operator } from './syntax.ts';

/** What a filter may be long; the service's own limit. */
export const LONGEST_FILTER = 20_000;

/** Where and why a filter is not understood. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
  /** Position in the text, in characters. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** A segment of a field; one with other characters has to be quoted. */
const WORD = /[A-Za-z0-9_]+/y;
/** Unquoted values may hold dots and begin with a sign. */
const VALUE = /[+-]?[A-Za-z0-9_][A-Za-z0-9_./+-]*/y;
const BLANKS = /(?:\s|--[^\n]*(?:\n|$))*/y;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const HEX = /[0-9a-fA-F]{4}/y;
const OCTAL = /[0-3]?[0-7]{1,2}/y;

/** Reads a filter's text piece by piece. Comments are blanks here, as they are to the service. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > LONGEST_FILTER)
      throw new FilterSyntaxError(`longer than ${String(LONGEST_FILTER)} characters`, LONGEST_FILTER);
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    this.#skipBlanks();
    return this.#at >= this.#text.length;
  }

  fail(expected: string): never {
    const found = this.#at >= this.#text.length ? 'the end' : `"${this.#text[this.#at] ?? ''}"`;
    throw new FilterSyntaxError(`expected ${expected}, found ${found}`, this.#at);
  }

  /** Takes this text if it comes next; a space before it is skipped unless told otherwise. */
  take(symbol: string, glued = false): boolean {
    if (!glued) this.#skipBlanks();
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  /** Whether this text comes next. */
  sees(symbol: string): boolean {
    this.#skipBlanks();
    return this.#text.startsWith(symbol, this.#at);
  }

  /** AND, OR, NOT: upper case only, and whole words. */
  takeKeyword(word: 'AND' | 'OR' | 'NOT'): boolean {
    this.#skipBlanks();
    if (!this.#text.startsWith(word, this.#at)) return false;
    if (/[A-Za-z0-9_./:+-]/.test(this.#text[this.#at + word.length] ?? '')) return false;
    this.#at += word.length;
    return true;
  }

  operator(): Operator | null {
    this.#skipBlanks();
    const found = OPERATORS.find((each) => this.#text.startsWith(each, this.#at));
    if (found !== undefined) this.#at += found.length;
    return found ?? null;
  }

  word(glued = false): string | null {
    return this.#match(WORD, glued);
  }

  bareValue(): string | null {
    return this.#match(VALUE, false);
  }

  /** A text in double quotes with its escapes undone; null where none comes next. */
  quoted(glued = false): string | null {
    if (!this.take('"', glued)) return null;
    let value = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) this.fail('a closing quote');
      this.#at += 1;
      if (char === '"') return value;
      value += char === '\\' ? this.#escape() : char;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at];
    if (char === undefined) this.fail('a character behind the backslash');
    const octal = this.#match(OCTAL, true);
    if (octal !== null) return String.fromCharCode(Number.parseInt(octal, 8));
    this.#at += 1;
    if (char !== 'u') return SIMPLE_ESCAPES[char] ?? char;
    const hex = this.#match(HEX, true) ?? this.fail('four hexadecimal digits');
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at;
    this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0;
  }

  #match(pattern: RegExp, glued: boolean): string | null {
    if (!glued) this.#skipBlanks();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
}
