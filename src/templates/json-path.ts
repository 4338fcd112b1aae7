import { isObject } from './raw.ts';

/** A jsonPath as far as it is read here: what it picks, or why that cannot be said. */
export type JsonPath =
  | {
      readonly kind: 'path';
      readonly steps: readonly (string | number)[];
      readonly pick: (answer: unknown) => unknown;
    }
  | { readonly kind: 'no-braces' }
  | { readonly kind: 'unread' };

/** Reads `{$}`, `{$.a.b[0]}` and `{.a.b}`, which is what answers of Burngate need. */
export function readJsonPath(text: string): JsonPath {
  const trimmed = text.trim();
  if (trimmed === '') return pathOf([]);
  if (!trimmed.includes('{')) return { kind: 'no-braces' };
  const inner = /^\{\$?((?:\.[A-Za-z_]\w*|\[\d+\]|\['[^']*'\])*)\.?\}$/.exec(trimmed)?.[1];
  if (inner === undefined) return { kind: 'unread' };
  return pathOf(
    [...inner.matchAll(/\.(\w+)|\[(\d+)\]|\['([^']*)'\]/g)].map(([, name, index, quoted]) =>
      index === undefined ? (name ?? quoted ?? '') : Number(index),
    ),
  );
}

function pathOf(steps: readonly (string | number)[]): JsonPath {
  return { kind: 'path', steps, pick: (answer) => steps.reduce<unknown>(memberOf, answer) };
}

function memberOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value) && typeof step === 'number') return value[step];
  return isObject(value) && typeof step === 'string' ? value[step] : undefined;
}
