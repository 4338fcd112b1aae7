import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Alias, Document, Node } from 'yaml';
import type { Issue } from '../core/parsed.ts';
import { keyText, offsetOf, toPlain, type YamlFlaw } from './plain-value.ts';
import { renderPath, type Path } from './path.ts';
import type { Position } from './problem.ts';

/** Finds the place of a value, or of its key; of the nearest parent where the path leads nowhere. */
export type Locate = (path: Path, part: 'value' | 'key') => Position;

export interface YamlDocument {
  readonly value: unknown;
  readonly locate: Locate;
}

export interface YamlText {
  /** Documents that hold something and can be judged further. */
  readonly documents: readonly YamlDocument[];
  readonly flaws: readonly (Issue & Position)[];
  readonly warnings: readonly (Position & { readonly message: string })[];
  /** True where a document did not parse, so that what it defines is unknown. */
  readonly broken: boolean;
}

const SYNTAX = 'YAML 1.2: indent with spaces, close quotes and brackets, quote texts that hold ": " or " #"';

/** Parses all documents of a text; never throws. */
export function parseYaml(text: string): YamlText {
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      version: '1.2',
      resolveKnownTags: false,
      logLevel: 'silent',
      // The parser compares each key with all others; toPlain does it in one pass.
      uniqueKeys: false,
    });
    return combine([...parsed].map((document) => readDocument(document, lines)));
  } catch (cause) {
    // The composer recurses, so nesting without end exhausts its stack.
    const reason =
      cause instanceof RangeError ? 'nesting without end' : 'text that the YAML parser gave up on';
    const flaw = { line: 1, column: 1, path: '', given: reason, allowed: SYNTAX };
    return { documents: [], flaws: [flaw], warnings: [], broken: true };
  }
}

function combine(parts: readonly YamlText[]): YamlText {
  return {
    documents: parts.flatMap((part) => part.documents),
    flaws: parts.flatMap((part) => part.flaws),
    warnings: parts.flatMap((part) => part.warnings),
    broken: parts.some((part) => part.broken),
  };
}

function readDocument(document: Document.Parsed, lines: LineCounter): YamlText {
  const warnings = document.warnings.map((warning) => ({
    ...position(lines, warning.pos[0]),
    message: `${brokenRule(warning)}: read as if it were not there`,
  }));
  // The first error of a document is the mistake, what follows it are its echoes.
  const [error] = document.errors;
  const place = (flaw: YamlFlaw) => ({
    ...position(lines, flaw.offset),
    path: renderPath(flaw.path),
    given: flaw.given,
    allowed: flaw.allowed,
  });
  if (error !== undefined) {
    const flaw = {
      offset: error.pos[0],
      path: [],
      given: `text that does not parse (${brokenRule(error)})`,
      allowed: SYNTAX,
    };
    return { documents: [], flaws: [place(flaw)], warnings, broken: true };
  }
  const { value, flaws, targets } = toPlain(document);
  const usable = value !== null && flaws.length === 0;
  return {
    documents: usable ? [{ value, locate: locator(document.contents, targets, lines) }] : [],
    flaws: flaws.map(place),
    warnings,
    broken: flaws.length > 0,
  };
}

/** The parser quotes the offending text, which may be a credential: only the rule that was broken is repeated. */
function brokenRule(error: Error): string {
  return error.message
    .replace(/:?\s*".*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function locator(root: unknown, targets: ReadonlyMap<Alias, Node>, lines: LineCounter): Locate {
  return (path, part) => {
    let node: unknown = root;
    let offset = offsetOf(root);
    for (const [depth, step] of path.entries()) {
      const found = child(isAlias(node) ? targets.get(node) : node, step);
      if (found === null) break;
      node = found.value;
      const last = depth === path.length - 1;
      offset =
        (last && part === 'key') || isEmpty(node) ? (found.keyOffset ?? offsetOf(node)) : offsetOf(node);
    }
    return position(lines, offset);
  };
}

/** `target:` without a value stands nowhere; its key does. */
function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.source === '' && node.value === null);
}

function child(
  node: unknown,
  step: PropertyKey,
): { readonly value: unknown; readonly keyOffset?: number } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => keyText(item) === String(step));
    return pair === undefined ? null : { value: pair.value, keyOffset: offsetOf(pair.key) };
  }
  if (isSeq(node) && typeof step === 'number' && step in node.items) return { value: node.items[step] };
  return null;
}
