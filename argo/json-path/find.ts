import { goPrint } from '../go/print.ts';
import { UnmodelledError } from '../unmodelled-error.ts';
import { goTypeName, type GoValue } from '../go/value.ts';
import { passesFilter } from './filter.ts';
import { JsonPathError, type PathNode, type PathPart, type SliceBounds } from './syntax.ts';

/** What a path finds: the first match, nothing, an error, or a panic of the whole controller. */
export type Found =
  | { readonly kind: 'value'; readonly value: GoValue }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'panic'; readonly message: string };

/** Follows a parsed template through a document; like the web metric it keeps the first match only. */
export function findFirst(parts: readonly PathPart[], document: GoValue): Found {
  try {
    const results = parts.flatMap((part) => resultsOf(part, document));
    const [first] = results;
    if (first === undefined) return { kind: 'nothing' };
    // A bare `null` is Go's zero reflect.Value, and asking that for its content panics.
    if (first === document && document.type === 'nil') return panic('Interface');
    return { kind: 'value', value: first };
  } catch (error) {
    if (error instanceof JsonPathError) return { kind: 'error', message: error.message };
    throw error;
  }
}

function panic(method: string): Found {
  return { kind: 'panic', message: `reflect: call of reflect.Value.${method} on zero Value` };
}

function resultsOf(part: PathPart, document: GoValue): readonly GoValue[] {
  if (part.kind === 'text') return [{ type: 'string', value: part.text }];
  return follow(part.nodes, [document]);
}

/**
 * Follows the nodes of one path from the given values.
 *
 * @throws JsonPathError with kubectl's message
 */
function follow(nodes: readonly PathNode[], start: readonly GoValue[]): readonly GoValue[] {
  return nodes.reduce<readonly GoValue[]>((values, node) => step(node, values), start);
}

function step(node: PathNode, values: readonly GoValue[]): readonly GoValue[] {
  switch (node.kind) {
    case 'field':
      return fieldOf(node.name, values);
    case 'wildcard':
      return values.flatMap(childrenOf);
    case 'slice':
      return values.flatMap((value) => sliceOf(node.bounds, value));
    case 'literal':
      return values.map(() => node.value);
    case 'word':
      throw new JsonPathError(`unrecognized identifier ${node.word}`);
    case 'filter':
      return values.flatMap((value) => filtered(node, value));
  }
}

function fieldOf(name: string, values: readonly GoValue[]): readonly GoValue[] {
  if (values.length === 0) return [];
  const found = values.flatMap((value) => {
    const item = value.type === 'map' ? value.entries.get(name) : undefined;
    return item === undefined ? [] : [item];
  });
  if (found.length === 0) throw new JsonPathError(`${name} is not found`);
  return found;
}

function childrenOf(value: GoValue): readonly GoValue[] {
  if (value.type === 'slice') return value.items;
  if (value.type !== 'map') return [];
  if (value.entries.size < 2) return [...value.entries.values()];
  throw new UnmodelledError('a wildcard over an object, whose order Go leaves to chance', ['lists']);
}

function sliceOf(bounds: SliceBounds, value: GoValue): readonly GoValue[] {
  if (value.type === 'nil') return [];
  if (value.type !== 'slice') throw new JsonPathError(`${goTypeName(value)} is not array or slice`);
  const { length } = value.items;
  const { from, to } = resolveBounds(bounds, length);
  if (from === to) return [];
  if (from >= length || from < 0) throw outOfBounds(from, length);
  if (to > length || to < 0) throw outOfBounds(to - 1, length);
  if (from > to) {
    throw new JsonPathError(`starting index ${String(from)} is greater than ending index ${String(to)}`);
  }
  const { step: stride = 1 } = bounds;
  if (stride <= 0) throw new JsonPathError('step must be > 0');
  return value.items.slice(from, to).filter((_, index) => index % stride === 0);
}

function resolveBounds(bounds: SliceBounds, length: number): { from: number; to: number } {
  const from = bounds.from ?? 0;
  const to = bounds.to ?? length;
  const countsBack = to < 0 || (to === 0 && bounds.derivedEnd);
  return { from: from < 0 ? from + length : from, to: countsBack ? to + length : to };
}

function outOfBounds(index: number, length: number): JsonPathError {
  return new JsonPathError(`array index out of bounds: index ${String(index)}, length ${String(length)}`);
}

function filtered(node: Extract<PathNode, { kind: 'filter' }>, value: GoValue): readonly GoValue[] {
  if (value.type !== 'slice') {
    throw new JsonPathError(`${goPrint(value)} is not array or slice and cannot be filtered`);
  }
  return value.items.filter((item) => passesFilter(node, item, follow));
}
