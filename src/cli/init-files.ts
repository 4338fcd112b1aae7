import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadSloFiles } from '../config/load-slos.ts';
import { PROVIDERS } from '../registry.ts';
import { checkManifests } from '../templates/check-manifests.ts';
import { isChecked } from '../templates/manifest.ts';
import { countOf, textReport } from './validate-report.ts';
import { UsageError } from './exit.ts';
import { manifestsOf } from './validate-input.ts';
import { readLibrary } from './validate-library.ts';

/** Writes the files where none of them is yet; what somebody has written is never overwritten. */
export async function writeFiles(
  dir: string,
  files: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const names = [...files.keys()];
  const there = await Promise.all(names.map(async (name) => exists(join(dir, name))));
  const taken = names.filter((_, index) => there[index] === true);
  if (taken.length > 0) {
    throw new UsageError(`${dir} has ${taken.join(', ')} already; give another --dir, or move them away`);
  }
  for (const [name, text] of files) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return names;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What `validate` says of them. */
export async function checkFiles(
  files: ReadonlyMap<string, string>,
): Promise<{ readonly text: string; readonly isFine: boolean }> {
  const texts = [...files].map(([file, text]) => ({ file, text }));
  const sloFiles = texts.filter(({ file }) => file.startsWith('slos/'));
  const slos = loadSloFiles(
    'slos',
    { files: sloFiles.map(({ file, text }) => ({ path: file, text })), problems: [] },
    PROVIDERS,
  );
  const given = manifestsOf(texts.filter(({ file }) => file.endsWith('.yaml') && !file.startsWith('slos/')));
  const known = slos.ok
    ? { names: slos.slos.map(({ name }) => name), services: slos.services.map(({ name }) => name) }
    : undefined;
  const findings = checkManifests({ given, library: await readLibrary(), slos: known, argo: undefined });
  const { out, err } = textReport({ slos, manifests: given.filter(isChecked).length, findings, access: [] });
  return { text: `${err}${out}`, isFine: slos.ok && countOf(findings, 'error') === 0 };
}
