import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { isTemplate, parseTemplate, type AnalysisTemplate } from './analysis/template.ts';
import { isObject, ManifestError } from './read.ts';
import { parseRollout, type Rollout } from './rollout/rollout.ts';

/** Every document of a YAML text, as plain values. */
export function readYaml(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new ManifestError(problem.message);
    return document.toJS() as unknown;
  });
}

/** Reads the AnalysisTemplates and ClusterAnalysisTemplates of YAML files; other kinds are left out. */
export function loadTemplates(paths: readonly string[]): readonly AnalysisTemplate[] {
  return paths.flatMap((path) => readYaml(readFileSync(path, 'utf8')).filter(isTemplate).map(parseTemplate));
}

/**
 * Reads the Rollout of a YAML file.
 *
 * @throws ManifestError where the file has none
 */
export function loadRollout(path: string): Rollout {
  const documents = readYaml(readFileSync(path, 'utf8'));
  const manifest = documents.find((document) => isObject(document) && document['kind'] === 'Rollout');
  if (manifest === undefined)
    throw new ManifestError(`${path}: found no document of kind Rollout, needs one.`);
  return parseRollout(manifest);
}
