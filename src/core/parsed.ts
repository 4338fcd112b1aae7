/** One thing wrong with an input: where, what was there, what could have been there. */
export interface Issue {
  /** Dotted path inside the input, '' for the input as a whole. */
  readonly path: string;
  /** What was given, rendered for people and cut to a safe length. */
  readonly given: string;
  /** What is allowed instead. */
  readonly allowed: string;
}

/** A value, or everything that is wrong with the input at once. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

export function valid<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function invalid(...issues: readonly Issue[]): Parsed<never> {
  return { ok: false, issues };
}

const SHOWN = 80;

/** Renders any input for an error message: short, on one line, without control characters. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `"${value}"` : renderJson(value);
  // Control characters would let an input forge log lines or terminal output.
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
  return clean.length > SHOWN ? `${clean.slice(0, SHOWN - 1)}…` : clean;
}

function renderJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}

/** `slo: given "chekout", allowed checkout, search`. */
export function formatIssue({ path, given, allowed }: Issue): string {
  return `${path === '' ? 'the input' : path}: given ${given}, allowed ${allowed}`;
}
