import { invalid, shown, valid, type Parsed } from '../../src/core/parsed.ts';
import type { Matcher, MatchOp } from './selector.ts';

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

const ALLOWED =
  'one instant-vector selector such as http_requests_total{code=~"5..", job="shop"}: no functions, ranges, offsets or placeholders (cohort, scope and breakdown are added by Burngate)';

const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL = /[A-Za-z_][A-Za-z0-9_]*/y;
const OP = /=~|!~|!=|=/y;
const SPACE = /\s*/y;
const DOUBLE = /"(?:[^"\\\n]|\\[^\n])*"/y;
const SINGLE = /'(?:[^'\\\n]|\\[^\n])*'/y;
const RAW = /`[^`]*`/y;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;
const SHORT: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Reads a selector as people copy it from a dashboard; what is sent is built anew from its parts. */
export function parseSelectorText(text: string, path = ''): Parsed<Selector> {
  try {
    return valid(new Reader(text).selector());
  } catch (error) {
    if (!(error instanceof NotASelector)) throw error;
    return invalid({ path, given: `${shown(text)} (${error.message})`, allowed: ALLOWED });
  }
}

class NotASelector extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  selector(): Selector {
    this.#skip();
    let metric = this.#take(NAME);
    this.#skip();
    const matchers: Matcher[] = [];
    if (this.#has('{')) {
      this.#skip();
      while (!this.#has('}')) {
        const part = this.#part();
        if (typeof part !== 'string') matchers.push(part);
        else if (metric === null) metric = part;
        else throw new NotASelector('two metric names');
        this.#skip();
        if (this.#has(',')) this.#skip();
        else if (this.#text[this.#at] !== '}') throw this.#unexpected();
      }
      this.#skip();
    }
    if (this.#at < this.#text.length) throw this.#unexpected();
    return named(metric, matchers);
  }

  /** `label="value"`, or a quoted metric name. */
  #part(): Matcher | string {
    const label = this.#take(LABEL) ?? this.#string();
    if (label === null) throw this.#unexpected();
    this.#skip();
    const op = this.#take(OP) as MatchOp | null;
    if (op === null) {
      if (!/["'`]/.test(this.#text.slice(0, this.#at).trimEnd().at(-1) ?? '')) throw this.#unexpected();
      return label;
    }
    this.#skip();
    const value = this.#string();
    if (value === null) throw this.#unexpected();
    return { label, op, value };
  }

  #string(): string | null {
    const quoted = this.#take(DOUBLE) ?? this.#take(SINGLE);
    if (quoted !== null) return unescape(quoted.slice(1, -1));
    return this.#take(RAW)?.slice(1, -1) ?? null;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #has(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#take(SPACE);
  }

  #unexpected(): NotASelector {
    const found = this.#text.slice(this.#at, this.#at + 12);
    return new NotASelector(found === '' ? 'it ends too early' : `unexpected ${shown(found)}`);
  }
}

/** The name may also stand as `__name__="..."`, exactly once and exactly. */
function named(metric: string | null, matchers: readonly Matcher[]): Selector {
  const names = matchers.filter(({ label }) => label === '__name__');
  const [name] = names;
  if (name === undefined) {
    if (metric === null || metric === '') throw new NotASelector('no metric name');
    return { metric, matchers };
  }
  if (metric !== null || names.length > 1 || name.op !== '=' || name.value === '')
    throw new NotASelector('the metric name has to be given once and exactly');
  return { metric: name.value, matchers: matchers.filter((each) => each !== name) };
}

function unescape(text: string): string {
  return text.replaceAll(ESCAPE, (whole, ...groups: (string | undefined)[]) => {
    const [x, u, U, octal, short] = groups;
    const hex = x ?? u ?? U;
    if (hex !== undefined || octal !== undefined) {
      const code = hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        throw new NotASelector(`the escape ${whole} is no character`);
      return String.fromCodePoint(code);
    }
    const known = short === undefined ? undefined : SHORT[short];
    if (known === undefined) throw new NotASelector(`the unknown escape ${shown(whole)}`);
    return known;
  });
}
