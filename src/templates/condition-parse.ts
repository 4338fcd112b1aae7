/** The part of Argo's condition language that speaks of a verdict; the rest is `unread`. */
export type Condition =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'result' }
  | { readonly kind: 'member'; readonly of: Condition; readonly key: string | number }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'list'; readonly items: readonly Condition[] }
  | { readonly kind: 'length'; readonly of: Condition }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Condition;
      readonly right: Condition;
    };

/** A text that is not of this language, or of a part of it that is not read here. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||\?\.|[<>!().[\],]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign';
  readonly text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let found = TOKEN.exec(source); found !== null; found = TOKEN.exec(source)) {
    const [, text, number, word, sign] = found;
    end = TOKEN.lastIndex;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  if (source.slice(end).trim() !== '') throw new Unread(`cannot read ${source.slice(end)}`);
  return tokens;
}

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'or'],
  ['&&', 'and'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
];

/** @throws Unread */
export function parseCondition(source: string): Condition {
  const parser = new Parser(tokensOf(source));
  const condition = parser.binary(0);
  parser.end();
  return condition;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Unread('something follows the condition');
  }

  binary(level: number): Condition {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.binary(level + 1);
    for (;;) {
      const negated = level === 2 && this.#takes('not', 'in');
      const operator = negated ? 'in' : operators.find((one) => this.#takes(one));
      if (operator === undefined) return left;
      const joined: Condition = { kind: 'binary', operator, left, right: this.binary(level + 1) };
      left = negated ? { kind: 'not', of: joined } : joined;
    }
  }

  #unary(): Condition {
    if (this.#takes('!') || this.#takes('not')) return { kind: 'not', of: this.#unary() };
    return this.#members(this.#primary());
  }

  #members(start: Condition): Condition {
    let of = start;
    for (;;) {
      if (this.#takes('.') || this.#takes('?.')) of = { kind: 'member', of, key: this.#next('word').text };
      else if (this.#takes('[')) {
        const key = this.#next();
        if (key.kind !== 'text' && key.kind !== 'number') throw new Unread('an index that is no literal');
        of = { kind: 'member', of, key: key.kind === 'number' ? Number(key.text) : key.text };
        this.#expect(']');
      } else return of;
    }
  }

  #primary(): Condition {
    if (this.#takes('(')) {
      const inner = this.binary(0);
      this.#expect(')');
      return inner;
    }
    if (this.#takes('[')) return { kind: 'list', items: this.#items() };
    const token = this.#next();
    if (token.kind === 'text') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    return this.#word(token.text);
  }

  #word(word: string): Condition {
    const literals: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null };
    if (Object.hasOwn(literals, word)) return { kind: 'literal', value: literals[word] };
    if (word === 'result') return { kind: 'result' };
    if (word === 'len' && this.#takes('(')) {
      const of = this.binary(0);
      this.#expect(')');
      return { kind: 'length', of };
    }
    throw new Unread(`the word ${word}`);
  }

  #items(): Condition[] {
    const items: Condition[] = [];
    while (!this.#takes(']')) {
      if (items.length > 0) this.#expect(',');
      items.push(this.binary(0));
    }
    return items;
  }

  /** Takes these tokens if they all come next. */
  #takes(...texts: readonly string[]): boolean {
    const isNext = texts.every((text, offset) => {
      const token = this.#tokens[this.#at + offset];
      return token !== undefined && (token.kind === 'sign' || token.kind === 'word') && token.text === text;
    });
    if (isNext) this.#at += texts.length;
    return isNext;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) throw new Unread(`no ${text}`);
  }

  #next(kind?: Token['kind']): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined || (kind !== undefined && token.kind !== kind)) throw new Unread('the end');
    this.#at += 1;
    return token;
  }
}
