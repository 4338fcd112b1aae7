import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSloFiles } from '../config/slo-files.ts';
import type { Manifest } from '../templates/manifest.ts';
import { isTemplate } from '../templates/template-view.ts';
import { manifestsOf } from './validate-input.ts';

/** The templates that come with Burngate, so that a Rollout which refers to them can be checked by itself. */
export async function readLibrary(): Promise<readonly Manifest[]> {
  const folder = libraryFolder(import.meta.dirname);
  if (folder === undefined) return [];
  const { files } = await readSloFiles(folder);
  return manifestsOf(files.map(({ path, text }) => ({ file: path, text }))).filter(isTemplate);
}

/** Sources and the built package lie at different depths below it. */
function libraryFolder(from: string): string | undefined {
  const here = join(from, 'analysis-templates');
  if (existsSync(join(here, 'kustomization.yaml'))) return here;
  const parent = dirname(from);
  return parent === from ? undefined : libraryFolder(parent);
}
