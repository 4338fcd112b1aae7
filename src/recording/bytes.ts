import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RecordingError } from './recording-error.ts';

export interface ReadOptions {
  /** Name for messages, so that no absolute path leaks; default: the path as given. */
  readonly name?: string;
  /** Ends the reading; the iteration then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Bytes read from the file so far (compressed ones of gzip) and in all; null where nobody can know. */
  readonly onProgress?: (bytesRead: number, totalBytes: number | null) => void;
  /** Size of one read; only tests have a reason to change it. */
  readonly chunkBytes?: number;
}

/** Large enough that a line costs no system call, small enough not to show in the memory. */
const CHUNK = 64 * 1024;

/**
 * The bytes of a file, or of standard input for `-`, unpacked where they begin with gzip's magic number
 * (whatever the name says; several members in a row too). Throws `RecordingError` `unreadable` or `damaged`.
 */
export async function* readBytes(path: string, options: ReadOptions = {}): AsyncGenerator<Buffer> {
  const { signal, name = path } = options;
  signal?.throwIfAborted();
  try {
    const total = path === '-' ? null : await sizeOf(path);
    yield* unpacked(counted(openStream(path, options), total, options));
  } catch (cause) {
    // Whatever an aborted stream throws is only the echo of the caller's own wish.
    signal?.throwIfAborted();
    throw cause instanceof RecordingError ? cause : readingFailed(name, cause);
  }
}

function openStream(path: string, options: ReadOptions): Readable {
  const { signal, chunkBytes = CHUNK } = options;
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path);
  return found.isFile() ? found.size : null;
}

async function* counted(
  stream: AsyncIterable<Buffer>,
  total: number | null,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of stream) {
    options.signal?.throwIfAborted();
    read += chunk.length;
    yield chunk;
    options.onProgress?.(read, total);
  }
}

async function* unpacked(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    const head = await firstBytes(source);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(joined(head, source));
    else yield* joined(head, source);
  } finally {
    await source.return(undefined);
  }
}

/** A pipe may hand over a single byte first; the magic number has two. */
async function firstBytes(source: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* joined(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* gunzipped(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // The iteration below throws what fails; the callback only keeps it from being thrown twice.
  pipeline(Readable.from(source, { objectMode: true, highWaterMark: 1 }), gunzip, () => undefined);
  const chunks: AsyncIterable<Buffer> = gunzip;
  yield* chunks;
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'we may not read it',
  EPERM: 'we may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links go in circles',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
};

function readingFailed(name: string, cause: unknown): RecordingError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('Z_') || code.startsWith('ERR_PADDING')) return damaged(name, code, cause);
  return new RecordingError({
    code: 'unreadable',
    message: `${name} cannot be read: ${FILE_PROBLEMS[code] ?? `the system says ${code === '' ? 'nothing more' : code}`}.`,
    remedy: `Check that ${name} exists and can be read by the user this process runs as.`,
    cause,
  });
}

function damaged(name: string, code: string, cause: unknown): RecordingError {
  const what = code === 'Z_BUF_ERROR' ? 'it ends in the middle' : 'its content is broken';
  return new RecordingError({
    code: 'damaged',
    message: `${name} begins as gzip, but ${what} (${code}).`,
    remedy: `Write ${name} completely under another name and rename it into place, or pack it again.`,
    cause,
  });
}
