import { isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Alias, Document, Node, Pair } from 'yaml';
import type { Path } from './path.ts';
import { partsOf } from './raw-value.ts';

/** Something a YAML document may not hold, with the offset of the character where it stands. */
export interface YamlFlaw {
  readonly offset: number;
  readonly path: Path;
  readonly given: string;
  readonly allowed: string;
}

export interface PlainDocument {
  /** Strings, numbers, booleans, null, arrays and plain objects; meaningless where there are flaws. */
  readonly value: unknown;
  readonly flaws: readonly YamlFlaw[];
  /** What an alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Far beyond an OpenSLO document; keeps the recursion off the end of the stack. */
const DEEPEST = 64;
/** Values after aliases are written out: a few kilobytes of nested aliases would else grow to gigabytes. */
const MOST_VALUES = 200_000;
const MOST_KEYS = 1000;

interface Walk {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly flaws: YamlFlaw[];
  /** Nodes being written out right now: an alias to one of them would never end. */
  readonly open: Set<unknown>;
  left: number;
}

/** Turns a composed YAML document into plain values, within bounds, with aliases and merge keys written out. */
export function toPlain(document: Document.Parsed): PlainDocument {
  const targets = resolveAliases(document);
  const walk: Walk = { targets, flaws: [], open: new Set(), left: MOST_VALUES };
  const value = plain(document.contents, [], walk);
  return { value, flaws: walk.flaws, targets };
}

/** Start of a node in the text. */
export function offsetOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

function resolveAliases(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function plain(node: unknown, path: Path, walk: Walk): unknown {
  if (walk.left < 0) return null;
  walk.left -= 1;
  if (walk.left < 0) return refuse(node, path, walk, TOO_MANY);
  if (path.length > DEEPEST) return refuse(node, path.slice(0, 3), walk, TOO_DEEP);
  if (isScalar(node)) return node.value;
  if (isAlias(node)) {
    const target = walk.targets.get(node);
    return target === undefined ? refuse(node, path, walk, NO_ANCHOR) : plain(target, path, walk);
  }
  if (!isMap(node) && !isSeq(node)) return null;
  if (walk.open.has(node)) return refuse(node, path, walk, CYCLE);
  walk.open.add(node);
  const value = isMap(node)
    ? plainMapping(node.items, path, walk)
    : node.items.map((item, index) => plain(item, [...path, index], walk));
  walk.open.delete(node);
  return value;
}

function plainMapping(pairs: readonly Pair[], path: Path, walk: Walk): Record<string, unknown> {
  if (pairs.length > MOST_KEYS) refuse(pairs[MOST_KEYS]?.key, path, walk, TOO_WIDE);
  const mapping: Record<string, unknown> = {};
  const merged: unknown[] = [];
  for (const pair of pairs.slice(0, MOST_KEYS)) {
    const key = keyText(pair);
    if (key === null) refuse(pair.key, path, walk, ODD_KEY);
    else if (key === '__proto__') refuse(pair.key, [...path, key], walk, PROTO_KEY);
    else if (Object.hasOwn(mapping, key)) refuse(pair.key, [...path, key], walk, REPEATED_KEY);
    else if (key === '<<') merged.push(plain(pair.value, [...path, key], walk));
    else mapping[key] = plain(pair.value, [...path, key], walk);
  }
  for (const source of merged.flat()) {
    for (const [key, value] of Object.entries(partsOf(source))) {
      if (!Object.hasOwn(mapping, key)) mapping[key] = value;
    }
  }
  return mapping;
}

/** A mapping's key as text; null where it is no scalar. */
export function keyText(pair: Pair): string | null {
  return isScalar(pair.key) ? String(pair.key.value) : null;
}

interface Refusal {
  readonly given: string;
  readonly allowed: string;
}
const TOO_MANY: Refusal = {
  given: `more than ${String(MOST_VALUES)} values after aliases are written out`,
  allowed: 'fewer values a document: split it, or repeat fewer aliases',
};
const TOO_WIDE: Refusal = {
  given: `more than ${String(MOST_KEYS)} keys in one mapping`,
  allowed: `at most ${String(MOST_KEYS)} keys`,
};
const TOO_DEEP: Refusal = {
  given: `more than ${String(DEEPEST)} levels of nesting`,
  allowed: `at most ${String(DEEPEST)} levels`,
};
const NO_ANCHOR: Refusal = {
  given: 'an alias without its anchor',
  allowed: 'an anchor (&name) earlier in the same document',
};
const CYCLE: Refusal = {
  given: 'an alias inside its own anchor',
  allowed: 'an alias outside of what it repeats',
};
const ODD_KEY: Refusal = { given: 'a key that is a mapping, a list or an alias', allowed: 'a text as key' };
const REPEATED_KEY: Refusal = { given: 'this key for the second time', allowed: 'each key once a mapping' };
const PROTO_KEY: Refusal = { given: 'the key "__proto__"', allowed: 'any other key' };

function refuse(node: unknown, path: Path, walk: Walk, { given, allowed }: Refusal): null {
  walk.flaws.push({ offset: offsetOf(node), path, given, allowed });
  return null;
}
