import { text } from 'node:stream/consumers';
import type { ConfigProblem } from '../config/problem.ts';
import { readSloFiles, type SloFile } from '../config/slo-files.ts';
import { sortText, type Manifest, type ManifestText } from '../templates/manifest.ts';

/** Everything that was given to `validate`, told apart. */
export interface ValidateInput {
  readonly manifests: readonly Manifest[];
  /** What of the manifests is no YAML. */
  readonly broken: readonly ConfigProblem[];
  readonly slos: { readonly files: readonly SloFile[]; readonly problems: readonly ConfigProblem[] };
  readonly hasManifests: boolean;
}

/** Standard input, as people and kubectl write it. */
export const STDIN = '-';

export async function readInput(
  paths: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<ValidateInput> {
  const read = await Promise.all(paths.map(async (path) => readPath(path, stdin)));
  const files = read.flatMap((one) => one.files);
  const sorted = files.map((file) => ({ file, as: sortText({ file: file.path, text: file.text }) }));
  const foreign = sorted.flatMap(({ as }) => (as.kind === 'manifests' ? [as] : []));
  const hasManifests = foreign.length > 0;
  // Among manifests, a YAML file that says nothing of itself is somebody else's: Helm values, a workflow.
  const slos = sorted.filter(({ as }) => as.kind === 'slos' && (as.isSure || !hasManifests));
  return {
    manifests: foreign.flatMap(({ manifests }) => manifests),
    broken: foreign.flatMap(({ problems }) => problems),
    slos: { files: slos.map(({ file }) => file), problems: read.flatMap(({ problems }) => problems) },
    hasManifests,
  };
}

async function readPath(path: string, stdin: NodeJS.ReadableStream): ReturnType<typeof readSloFiles> {
  if (path !== STDIN) return readSloFiles(path);
  return { files: [{ path: STDIN, text: await text(stdin) }], problems: [] };
}

/** The same for texts that are at hand. */
export function manifestsOf(texts: readonly ManifestText[]): readonly Manifest[] {
  return texts.flatMap((one) => {
    const sorted = sortText(one);
    return sorted.kind === 'manifests' ? sorted.manifests : [];
  });
}
