import type { Expression } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** What the parsing functions share; `closureDepth` says whether `#` is allowed. */
export interface Parser {
  readonly tokens: TokenStream;
  readonly closureDepth: number;
  parseLevel(parser: Parser, level: number): Expression;
}
