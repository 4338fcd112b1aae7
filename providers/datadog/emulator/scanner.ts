/** A query that is not of the language; the server answers 400. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}

/** Reads a text from left to right. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Takes what matches here; null: nothing does. The pattern must be sticky. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  /** Takes what has to be here. */
  need(pattern: RegExp, what: string): RegExpExecArray {
    const found = this.take(pattern);
    if (found === null) throw new SyntaxFault(`expected ${what} at ${String(this.#at)} of ${this.#text}`);
    return found;
  }
}
