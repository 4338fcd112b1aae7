import { readFile, rename, writeFile } from 'node:fs/promises';
import type { FalseFail } from '../analysis/aa.ts';
import { UsageError } from './exit.ts';

const FORMAT = 1;

/** How far a series of random splits has come. */
export interface AaState {
  /** Digest of everything the runs depend on. */
  readonly inputs: string;
  /** Runs 0 to this, exclusive, are done. */
  readonly done: number;
  readonly fails: readonly FalseFail[];
}

/** The state that this file holds for these inputs; a new one where there is no file. Throws `UsageError`. */
export async function loadState(path: string, inputs: string): Promise<AaState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return { inputs, done: 0, fails: [] };
    throw new UsageError(`--state: ${path} cannot be read (${code}); name another file`);
  }
  const state = parse(text);
  if (state === null)
    throw new UsageError(`--state: ${path} is no state of an A/A series; name another file, or delete it`);
  if (state.inputs !== inputs)
    throw new UsageError(
      `--state: ${path} belongs to other counts, target, policy, share or seed, or to another version of the judge; name another file, or delete it`,
    );
  return state;
}

/** Replaces the file in one step: whoever is killed in the middle leaves the state before. */
export async function saveState(path: string, state: AaState): Promise<void> {
  try {
    await writeFile(`${path}.tmp`, `${JSON.stringify({ format: FORMAT, ...state })}\n`, { flush: true });
    await rename(`${path}.tmp`, path);
  } catch (error) {
    throw new UsageError(`--state: ${path} cannot be written (${codeOf(error)}); name another file`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function parse(text: string): AaState | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(raw) || raw['format'] !== FORMAT) return null;
  const { inputs, done, fails } = raw;
  if (typeof inputs !== 'string' || !isWhole(done) || !Array.isArray(fails)) return null;
  const parsed = fails.map(parseFail);
  return parsed.every((fail) => fail !== null) ? { inputs, done, fails: parsed } : null;
}

function parseFail(raw: unknown): FalseFail | null {
  if (!isRecord(raw)) return null;
  const { run, looks, where } = raw;
  if (!isWhole(run) || !isWhole(looks) || (where !== 'whole' && where !== 'groups')) return null;
  return { run, looks, where };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
