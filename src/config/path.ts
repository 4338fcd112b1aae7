/** Way to a value inside a document: keys of mappings and indexes of lists. */
export type Path = readonly PropertyKey[];

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;
const LONGEST_KEY = 120;

/** Renders a path for people: `spec.objectives[0].target`, `metadata.annotations["burngate.io/bucket"]`; '' is the root. */
export function renderPath(path: Path): string {
  return path.map(renderStep).join('').replace(/^\./, '');
}

function renderStep(step: PropertyKey): string {
  if (typeof step === 'number') return `[${String(step)}]`;
  const key = String(step);
  return PLAIN_KEY.test(key) && key.length <= LONGEST_KEY ? `.${key}` : `[${quoteKey(key)}]`;
}

function quoteKey(key: string): string {
  const clean = key.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}"\\]/gu, '?');
  return `"${clean.length > LONGEST_KEY ? `${clean.slice(0, LONGEST_KEY - 1)}…` : clean}"`;
}

/** Reads the dotted path of a core issue back into steps: `groups[0].name`. */
export function parsePath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
