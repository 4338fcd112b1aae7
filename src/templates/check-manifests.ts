import { checkRollout, type Surroundings } from './check-rollout.ts';
import { checkTemplate } from './check-template.ts';
import { createTell, type Finding } from './finding.ts';
import { isChecked } from './manifest.ts';
import type { Rule } from './rule.ts';
import { choice, checkShape, object, OPEN, TEXT } from './shape.ts';
import { isTemplate, templateView } from './template-view.ts';

/** What every object of Argo's has. */
const OBJECT = object({
  'apiVersion!': choice('argoproj.io/v1alpha1'),
  'kind!': TEXT,
  'metadata!': OPEN,
  'spec!': OPEN,
  status: OPEN,
});

const ORDER: readonly Rule['severity'][] = ['error', 'warning', 'note'];

/** All findings in Rollouts, AnalysisTemplates and ClusterAnalysisTemplates, in reading order. */
export function checkManifests(surroundings: Surroundings): readonly Finding[] {
  const findings: Finding[] = [];
  for (const manifest of surroundings.given.filter(isChecked)) {
    const tell = createTell(manifest, findings);
    checkShape(manifest.value, OBJECT, [], tell);
    if (isTemplate(manifest)) checkTemplate(templateView(manifest), tell);
    else checkRollout(manifest, surroundings, tell);
  }
  return unique(findings).toSorted(inReadingOrder);
}

/** Args written once and repeated by an alias stand in one place, whatever number of analyses they are in. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const { file, line, column, rule, given } = finding;
    const key = JSON.stringify([file, line, column, rule, given]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function inReadingOrder(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity);
}
