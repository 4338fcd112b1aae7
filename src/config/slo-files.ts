import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { givenText } from './reporter.ts';
import type { ConfigProblem } from './problem.ts';

/** A file as it was read. */
export interface SloFile {
  /** As a person would open it: the folder as given, and the way inside. */
  readonly path: string;
  readonly text: string;
}

/** A ConfigMap cannot be larger. */
const LARGEST_FILE = 1024 * 1024;
const MOST_FILES = 1000;
const MOST_ENTRIES = 20_000;
const DEEPEST = 16;
const YAML_NAME = /\.ya?ml$/i;

interface Search {
  readonly files: SloFile[];
  readonly problems: ConfigProblem[];
  /** Real paths of folders and files seen: links may lead to one twice, or round in a circle. */
  readonly seen: Set<string>;
  entries: number;
  found: number;
}

/**
 * Reads all *.yaml and *.yml files of a folder and its subfolders in the order of their names, or the one file
 * that `root` is. Names with a leading dot are left out: Kubernetes keeps the versions of a ConfigMap in
 * `..2026_01_01` behind the link `..data`, and links each file from there.
 */
export async function readSloFiles(root: string): Promise<Pick<Search, 'files' | 'problems'>> {
  const search: Search = { files: [], problems: [], seen: new Set(), entries: 0, found: 0 };
  await visit(root, 0, search, true);
  if (search.found === 0 && search.problems.length === 0) {
    search.problems.push(problem(root, 'a folder without SLO files', 'at least one *.yaml or *.yml file'));
  }
  return search;
}

async function visit(path: string, depth: number, search: Search, isRoot = false): Promise<void> {
  search.entries += 1;
  if (search.entries > MOST_ENTRIES) {
    if (search.entries === MOST_ENTRIES + 1) {
      search.problems.push(
        problem(path, `more than ${String(MOST_ENTRIES)} entries`, 'a folder that holds SLO files only'),
      );
    }
    return;
  }
  try {
    const info = await stat(path);
    if (!info.isDirectory() && !isRoot && !YAML_NAME.test(path)) return;
    const real = await realpath(path);
    if (search.seen.has(real)) return;
    search.seen.add(real);
    if (info.isDirectory()) await visitFolder(path, depth, search);
    else if (info.isFile()) await read(path, info.size, search);
    else search.problems.push(problem(path, 'a device, socket or pipe', 'a regular file'));
  } catch (error) {
    // A broken link that is no YAML file is as little ours as its target would be.
    if (!isRoot && !YAML_NAME.test(path)) return;
    search.problems.push(problem(path, unreadable(error), 'a file or folder that this process can read'));
  }
}

async function visitFolder(path: string, depth: number, search: Search): Promise<void> {
  if (depth > DEEPEST) {
    search.problems.push(problem(path, `more than ${String(DEEPEST)} levels of folders`, 'a shallower tree'));
    return;
  }
  const names = await readdir(path);
  for (const name of names.filter((one) => !one.startsWith('.')).toSorted(byCodeUnit)) {
    await visit(join(path, name), depth + 1, search);
  }
}

async function read(path: string, size: number, search: Search): Promise<void> {
  search.found += 1;
  if (search.found > MOST_FILES) {
    if (search.found === MOST_FILES + 1) {
      search.problems.push(
        problem(path, `more than ${String(MOST_FILES)} YAML files`, `at most ${String(MOST_FILES)}`),
      );
    }
    return;
  }
  const bytes = size > LARGEST_FILE ? null : await readFile(path);
  if (bytes === null || bytes.length > LARGEST_FILE) {
    search.problems.push(
      problem(path, `${String(bytes?.length ?? size)} bytes`, `at most ${String(LARGEST_FILE)} bytes`),
    );
    return;
  }
  const text = decode(bytes);
  if (text === null) search.problems.push(problem(path, 'bytes that are not UTF-8', 'UTF-8 text'));
  else search.files.push({ path, text });
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return 'nothing there (ENOENT)';
    case 'ELOOP':
      return 'a link that leads to itself (ELOOP)';
    case 'EACCES':
    case 'EPERM':
      return `no permission to read it (${code})`;
    default:
      return `an error on reading (${typeof code === 'string' ? code : givenText(String(error))})`;
  }
}

function problem(file: string, given: string, allowed: string): ConfigProblem {
  return { file, path: '', given, allowed };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
