import type { Slo } from './slo.ts';

/** What a caller may judge and read; null: everything of that kind. A pattern may end in `*`. */
export interface Grants {
  readonly namespaces: readonly string[] | null;
  readonly services: readonly string[] | null;
  readonly slos: readonly string[] | null;
}

export const EVERYTHING: Grants = { namespaces: null, services: null, slos: null };

export function mayUseSlo(grants: Grants, { name, service }: Pick<Slo, 'name' | 'service'>): boolean {
  return matches(grants.slos, name) && matches(grants.services, service);
}

/** Who is held to namespaces has to name one: counts of no namespace are counts of all. */
export function mayUseNamespace({ namespaces }: Grants, namespace: string | undefined): boolean {
  return namespaces === null || (namespace !== undefined && matches(namespaces, namespace));
}

function matches(patterns: readonly string[] | null, text: string): boolean {
  if (patterns === null) return true;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
  );
}
