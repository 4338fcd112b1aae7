import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import { environment } from '../serve-process.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a command line wrote, and the code it ended with. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  /** File that takes standard output, byte for byte. */
  readonly stdoutTo?: string;
}

/** Runs `burngate` from its sources to its end. */
export async function burngate(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [...(options.node ?? []), join(ROOT, 'src/cli/main.ts'), ...args], {
    cwd: ROOT,
    env: environment(options.env ?? {}),
  });
  // Who refuses the arguments reads no input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([
    options.stdoutTo === undefined ? text(child.stdout) : intoFile(child.stdout, options.stdoutTo),
    text(child.stderr),
    ended,
  ]);
  return { code, stdout, stderr };
}

async function intoFile(stream: Readable, path: string): Promise<string> {
  await pipeline(stream, createWriteStream(path));
  return '';
}

/** The JSON objects of lines. */
export function jsonLines(lines: string): Record<string, unknown>[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
