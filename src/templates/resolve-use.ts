import { nearNames } from '../config/near-names.ts';
import type { Tell } from './finding.ts';
import type { Manifest } from './manifest.ts';
import type { AnalysisUse } from './rollout-view.ts';
import { isTemplate, templateView, type TemplateView } from './template-view.ts';

/** The templates an analysis refers to, as far as they are known. */
export interface Resolved {
  readonly templates: readonly TemplateView[];
  /** False: some are not known, so nothing can be said of what is missing. */
  readonly isComplete: boolean;
}

/** Finds the templates of an analysis among the given manifests, then in the library. */
export function resolveUse(
  use: AnalysisUse,
  namespace: string | undefined,
  given: readonly Manifest[],
  library: readonly Manifest[],
  tell: Tell,
): Resolved {
  const templates: TemplateView[] = [];
  const seen = new Set<string>();
  for (const { name, isCluster, at } of use.references) {
    const key = `${String(isCluster)} ${name}`;
    if (seen.has(key)) {
      const allowed = 'each template once; several SLOs go into one arg, separated by commas';
      tell('template-twice', { at, given: `${name} again`, allowed, fix: 'slo: first,second' });
      continue;
    }
    seen.add(key);
    // Who gives templates of that name means them, and not the library's.
    const isNamed = given.some((one) => isTemplate(one) && one.name === name);
    const all = (isNamed ? given : [...given, ...library]).filter(isTemplate);
    const found = find({ name, isCluster, at }, namespace, all, tell);
    if (found !== undefined) templates.push(templateView(found));
  }
  return { templates, isComplete: templates.length === seen.size };
}

function find(
  { name, isCluster, at }: AnalysisUse['references'][number],
  namespace: string | undefined,
  all: readonly Manifest[],
  tell: Tell,
): Manifest | undefined {
  const kind = isCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  const isHere = (one: Manifest): boolean =>
    isCluster || one.namespace === undefined || namespace === undefined || one.namespace === namespace;
  const named = all.filter((one) => one.name === name && isHere(one));
  const found = named.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  if (named.length > 0) {
    const fix = isCluster ? 'remove clusterScope' : 'clusterScope: true';
    tell('template-scope', { at, given: kind, allowed: named[0]?.kind ?? '', fix });
    return undefined;
  }
  const near = nearNames(name, [...new Set(all.filter((one) => one.kind === kind).map((one) => one.name))]);
  const allowed = near.length > 0 ? near.join(' or ') : 'a template that is in the cluster';
  tell('template-unknown', {
    at,
    given: `${kind} ${name}`,
    allowed,
    fix: `templateName: ${near[0] ?? name}`,
  });
  return undefined;
}
