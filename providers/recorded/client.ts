import { stat } from 'node:fs/promises';
import { untilAborted } from '../../src/core/until-aborted.ts';
import type { DurationMs } from '../../src/core/units.ts';
import { readTable, type RecordedTable } from '../../src/recording/read-table.ts';
import { RecordingError } from '../../src/recording/recording-error.ts';
import { changedWhileRead, closedProvider, toProviderError } from './fault.ts';
import type { RecordedQuery } from './query.ts';

interface Entry {
  /** What the file was when the reading began. */
  readonly identity: string;
  readonly table: Promise<RecordedTable>;
}

/** Tables kept; the service has a handful of recordings, each with one bucket width. */
const MAX_TABLES = 16;

/**
 * Reads recordings, each once until it changes (time, size or inode). Callers of the same recording share
 * one reading, which goes on when a caller gives up: a log that takes longer than one request's deadline
 * is there for the next one.
 */
export class RecordingFiles {
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new AbortController();

  /** Throws `ProviderError`, or the signal's reason as soon as it is aborted. */
  async load(query: RecordedQuery, bucketMs: DurationMs, signal: AbortSignal): Promise<RecordedTable> {
    signal.throwIfAborted();
    try {
      return await untilAborted(this.#shared(query, bucketMs), signal);
    } catch (error) {
      throw toProviderError(error);
    }
  }

  close(): void {
    this.#entries.clear();
    this.#closing.abort(closedProvider());
  }

  async #shared(query: RecordedQuery, bucketMs: DurationMs): Promise<RecordedTable> {
    this.#closing.signal.throwIfAborted();
    const identity = await identityOf(query);
    const key = JSON.stringify([query.file, query.source, bucketMs]);
    const known = this.#entries.get(key);
    const entry = known?.identity === identity ? known : this.#begin(query, bucketMs, identity);
    // Insertion order is the order of use: the first key is the one that was not asked for the longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_TABLES) break;
      this.#entries.delete(oldest);
    }
    entry.table.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.table;
  }

  #begin(query: RecordedQuery, bucketMs: DurationMs, identity: string): Entry {
    return { identity, table: read(query, bucketMs, identity, this.#closing.signal) };
  }
}

async function read(
  query: RecordedQuery,
  bucketMs: DurationMs,
  identity: string,
  signal: AbortSignal,
): Promise<RecordedTable> {
  const isLog = query.source.kind === 'log';
  try {
    const table = await readTable(query.file, query.source, bucketMs, { name: query.path, signal });
    // A log may grow under our hands: what was read of it stays true.
    if (isLog || (await identityOf(query)) === identity) return table;
  } catch (error) {
    const isTorn = !isLog && (await identityOf(query)) !== identity;
    if (!isTorn) throw error;
  }
  throw changedWhileRead(query.path);
}

/** Changes whenever the content does, as far as a file system can tell. */
async function identityOf({ file, path }: RecordedQuery): Promise<string> {
  const found = await stat(file, { bigint: true }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw unreadable(path, code === 'ENOENT' ? 'there is no such file' : `the system says ${code}`, cause);
  });
  if (!found.isFile()) throw unreadable(path, 'it is not a regular file');
  return `${String(found.mtimeNs)}:${String(found.size)}:${String(found.ino)}`;
}

function unreadable(path: string, why: string, cause?: unknown): RecordingError {
  return new RecordingError({
    code: 'unreadable',
    message: `${path} cannot be read: ${why}.`,
    remedy: `Check that ${path} lies beside the SLO file and can be read by the user this process runs as.`,
    cause,
  });
}
