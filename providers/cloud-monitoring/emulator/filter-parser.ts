/** A monitoring filter as a tree. `all` and `any` hold at least two. */
export type FilterNode =
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly FilterNode[] }
  | {
      readonly kind: 'test';
      readonly field: string;
      readonly isNegated: boolean;
      readonly test: 'equals' | 'starts_with' | 'ends_with';
      /** One text, or for `equals` any of several. */
      readonly texts: readonly string[];
    }
  | { readonly kind: 'slo'; readonly selector: string; readonly args: readonly string[] };

export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
}

interface Token {
  readonly kind: 'word' | 'text' | 'sign';
  readonly value: string;
}

/** A word is an identifier with dots in it; its parts may be quoted: metadata.user_labels."a-b". */
const TOKEN =
  /\s*(?:("(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*")|([A-Za-z_]\w*(?:\.\w+)*(?:\."[\w./-]+")?)|(!=|[=(),]))/uy;

/**
 * Parses what https://cloud.google.com/monitoring/api/v3/filters describes, as strictly as can be: values are
 * quoted, AND and OR do not mix without brackets, nothing is left over.
 */
export function parseFilter(text: string): FilterNode {
  const parser = new Parser(tokensOf(text));
  const node = parser.expression();
  parser.end();
  return node;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const trimmed = text.trimEnd();
  while (pattern.lastIndex < trimmed.length) {
    const from = pattern.lastIndex;
    const [, quoted, word, sign] = pattern.exec(trimmed) ?? [];
    if (quoted !== undefined) tokens.push({ kind: 'text', value: unescape(quoted.slice(1, -1)) });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
    else throw new FilterSyntaxError(`cannot be read from character ${String(from)}`);
  }
  return tokens;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gu, '$1');
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): FilterNode {
    const first = this.#term();
    const word = this.#peek('word')?.toUpperCase();
    if (word !== 'AND' && word !== 'OR') return first;
    const nodes = [first];
    while (this.#peek('word')?.toUpperCase() === word) {
      this.#next += 1;
      nodes.push(this.#term());
    }
    if (this.#peek('word') !== undefined) throw new FilterSyntaxError('mixes AND and OR without brackets');
    return { kind: word === 'AND' ? 'all' : 'any', nodes };
  }

  end(): void {
    const left = this.#tokens[this.#next];
    if (left !== undefined) throw new FilterSyntaxError(`ends before ${left.value}`);
  }

  #term(): FilterNode {
    if (this.#peek('sign') === '(') {
      this.#next += 1;
      const node = this.expression();
      this.#take('sign', ')');
      return node;
    }
    const name = this.#take('word');
    if (this.#peek('sign') === '(') return { kind: 'slo', selector: name, args: this.#call() };
    const sign = this.#take('sign');
    if (sign !== '=' && sign !== '!=') throw new FilterSyntaxError(`has ${sign} behind ${name}`);
    return { kind: 'test', field: name, isNegated: sign === '!=', ...this.#value() };
  }

  #value(): { test: 'equals' | 'starts_with' | 'ends_with'; texts: readonly string[] } {
    const text = this.#peek('text');
    if (text !== undefined) {
      this.#next += 1;
      return { test: 'equals', texts: [text] };
    }
    const name = this.#take('word');
    const texts = this.#call();
    if (name === 'one_of' && texts.length > 0) return { test: 'equals', texts };
    if ((name === 'starts_with' || name === 'ends_with') && texts.length === 1) return { test: name, texts };
    throw new FilterSyntaxError(`has ${name} of ${String(texts.length)} values`);
  }

  #call(): string[] {
    this.#take('sign', '(');
    const texts = [this.#take('text')];
    while (this.#peek('sign') === ',') {
      this.#next += 1;
      texts.push(this.#take('text'));
    }
    this.#take('sign', ')');
    return texts;
  }

  #peek(kind: Token['kind']): string | undefined {
    const token = this.#tokens[this.#next];
    return token?.kind === kind ? token.value : undefined;
  }

  #take(kind: Token['kind'], value?: string): string {
    const found = this.#peek(kind);
    if (found === undefined || (value !== undefined && found !== value))
      throw new FilterSyntaxError(`lacks ${value ?? `a ${kind}`} at token ${String(this.#next + 1)}`);
    this.#next += 1;
    return found;
  }
}
