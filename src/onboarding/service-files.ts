import type { Answers } from './answers.ts';
import { applicationFile } from './application-file.ts';
import { baseFiles, overlayFiles } from './kustomize-files.ts';
import { networkFiles } from './network-files.ts';
import { PLATFORM } from './platforms.ts';
import { readmeFile } from './readme-file.ts';
import { rolloutFile } from './rollout-file.ts';
import { sloFile } from './slo-file.ts';

/** Every file of a service, by its path in the folder of the service. */
export function serviceFiles(answers: Answers): ReadonlyMap<string, string> {
  const platform = PLATFORM[answers.platform];
  const manifests = {
    'rollout.yaml': rolloutFile(answers, platform),
    ...networkFiles(answers, platform),
    ...platform.manifests(answers),
  };
  const base = { ...manifests, ...baseFiles(answers, Object.keys(manifests)) };
  return new Map([
    ['README.md', readmeFile(answers, platform)],
    [`slos/${answers.service}.yaml`, sloFile(answers, platform)],
    ...within('base', base),
    ...within('overlays', overlayFiles(answers, platform)),
    ['application.yaml', applicationFile(answers, platform)],
  ]);
}

function within(folder: string, files: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]);
}
