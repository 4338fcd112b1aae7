/** What expr-lang reports for a condition; the message is Argo's, word for word where it is known. */
export class ExpressionError extends Error {
  readonly code = 'expression';

  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }
}
