import { ExpressionError } from './expression-error.ts';
import { describeToken, type Token, type TokenKind } from './tokens.ts';

/** A cursor over the tokens of one condition. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#position] ?? { kind: 'EOF', value: '' };
  }

  is(kind: TokenKind, value?: string): boolean {
    return this.current.kind === kind && (value === undefined || this.current.value === value);
  }

  /** Steps over the current token and returns it. */
  take(): Token {
    const token = this.current;
    if (token.kind === 'EOF') throw new ExpressionError('unexpected end of expression');
    this.#position += 1;
    return token;
  }

  /** Steps over the current token if it is this one, and says whether it was. */
  accept(kind: TokenKind, value: string): boolean {
    if (!this.is(kind, value)) return false;
    this.#position += 1;
    return true;
  }

  expect(kind: TokenKind, value?: string): Token {
    if (!this.is(kind, value)) throw this.unexpected();
    return this.take();
  }

  unexpected(): ExpressionError {
    return new ExpressionError(`unexpected token ${describeToken(this.current)}`);
  }
}
