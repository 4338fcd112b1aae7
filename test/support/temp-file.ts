import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder outside the repository, gone once the test is. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'burngate-test-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with this content in a folder of its own; its absolute path. */
export async function tempFile(content: string | Buffer, name = 'recording.txt'): Promise<string> {
  const path = join(await tempFolder(), name);
  await writeFile(path, content);
  return path;
}
