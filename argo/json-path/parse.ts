import { UnmodelledError } from '../unmodelled-error.ts';
import { JsonPathError, type PathNode, type PathPart, type SliceBounds } from './syntax.ts';

const KNOWN = ['.field', "['field']", '[i]', '[from:to:step]', '[*]', '[?(@.x=="y")]'];

/**
 * Parses a kubectl JSONPath template such as `{$.list[0]}` or `prefix {.a}`.
 *
 * @throws JsonPathError for one that kubectl cannot read, UnmodelledError for `..`, unions and range
 */
export function parseJsonPath(template: string): readonly PathPart[] {
  const parts: PathPart[] = [];
  let rest = template;
  while (rest !== '') {
    const open = rest.indexOf('{');
    const text = open < 0 ? rest : rest.slice(0, open);
    if (text !== '') parts.push({ kind: 'text', text });
    if (open < 0) break;
    const { nodes, consumed } = parsePath(rest.slice(open + 1));
    parts.push({ kind: 'path', nodes });
    rest = rest.slice(open + 1 + consumed);
  }
  return parts;
}

interface Step {
  readonly nodes: readonly PathNode[];
  readonly length: number;
}

function parsePath(source: string): { nodes: readonly PathNode[]; consumed: number } {
  const nodes: PathNode[] = [];
  let position = 0;
  while (source[position] !== '}') {
    const step = parseStep(source.slice(position));
    nodes.push(...step.nodes);
    position += step.length;
  }
  return { nodes, consumed: position + 1 };
}

function parseStep(source: string): Step {
  const [first] = source;
  if (first === undefined || first === '\n' || first === '\r') throw new JsonPathError('unclosed action');
  if (source.startsWith('[?(')) return parseFilter(source);
  if (source.startsWith('..')) throw new UnmodelledError('the recursive descent `..`', KNOWN);
  if (first === '[') return parseBrackets(source);
  if (first === '.') return parseField(source);
  if (first === ' ' || first === '@' || first === '$') return { nodes: [], length: 1 };
  if (first === '"' || first === "'") return parseQuoted(source, first);
  return parseWord(source);
}

function parseField(source: string): Step {
  const name = /^\.((?:\\[\s\S]|[^\s.,[\]$@{}\\])*)/.exec(source)?.[1] ?? '';
  const length = 1 + name.length;
  if (name === '*') return { nodes: [{ kind: 'wildcard' }], length };
  return { nodes: [{ kind: 'field', name: name.replaceAll('\\', '') }], length };
}

function parseQuoted(source: string, quote: string): Step {
  const end = source.indexOf(quote, 1);
  if (end < 0) throw new JsonPathError('unterminated quoted string');
  return {
    nodes: [{ kind: 'literal', value: { type: 'string', value: source.slice(1, end) } }],
    length: end + 1,
  };
}

function parseWord(source: string): Step {
  const number = /^[+-]?[\d.]+/.exec(source)?.[0];
  if (number !== undefined) {
    const type = /^[+-]?\d+$/.test(number) ? 'int' : 'float64';
    return { nodes: [{ kind: 'literal', value: { type, value: Number(number) } }], length: number.length };
  }
  const word = /^[\p{L}\p{N}_][^\s.,[\]$@{}]*/u.exec(source)?.[0];
  if (word === 'true' || word === 'false') {
    return {
      nodes: [{ kind: 'literal', value: { type: 'bool', value: word === 'true' } }],
      length: word.length,
    };
  }
  if (word === 'range' || word === 'end') throw new UnmodelledError(`{${word}} in a jsonPath`, KNOWN);
  if (word !== undefined) return { nodes: [{ kind: 'word', word }], length: word.length };
  const code = (source.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const shown = String.fromCodePoint(source.codePointAt(0) ?? 0);
  throw new JsonPathError(`unrecognized character in action: U+${code} '${shown}'`);
}

function parseBrackets(source: string): Step {
  const end = source.indexOf(']');
  if (end < 0) throw new JsonPathError('unterminated array');
  const length = end + 1;
  const inner = source.slice(1, end);
  if (inner.includes(',')) throw new UnmodelledError(`the union [${inner}]`, KNOWN);
  // kubectl reads ['a.b'] as .a.b: a key with a dot cannot be named this way.
  const key = /^'([^']*)'$/.exec(inner)?.[1];
  if (key !== undefined) return { nodes: parsePath(`.${key}}`).nodes, length };
  return { nodes: [{ kind: 'slice', bounds: boundsOf(inner === '*' ? ':' : inner) }], length };
}

function boundsOf(text: string): SliceBounds {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (match === null) throw new JsonPathError(`invalid array index ${text}`);
  const [, from = '', to, step] = match;
  const start = from === '' ? undefined : Number(from);
  return {
    from: start,
    to: to === undefined ? (start ?? 0) + 1 : numberAfterColon(to),
    derivedEnd: to === undefined,
    step: step === undefined ? undefined : numberAfterColon(step),
  };
}

const numberAfterColon = (text: string): number | undefined =>
  text === ':' ? undefined : Number(text.slice(1));

function parseFilter(source: string): Step {
  const match = /^\[\?\(((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"')])*)\)\]/.exec(source);
  const text = match?.[1];
  if (match === null || text === undefined) throw new JsonPathError('unterminated filter');
  const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text) ?? [];
  const length = match[0].length;
  if (left === undefined || operator === undefined || right === undefined) {
    return {
      nodes: [{ kind: 'filter', left: parsePath(`${text}}`).nodes, operator: 'exists', right: [] }],
      length,
    };
  }
  const sides = { left: parsePath(`${left}}`).nodes, right: parsePath(`${right}}`).nodes };
  return { nodes: [{ kind: 'filter', operator, ...sides }], length };
}
