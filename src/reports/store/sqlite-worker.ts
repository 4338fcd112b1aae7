import { DatabaseSync, backup, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * SQLite in a thread of its own: `node:sqlite` is synchronous, and no verdict waits for a disk. Speaks one message
 * a statement.
 */
export type WorkerRequest =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly backupTo: string }
  | { readonly id: number; readonly close: true };

export type WorkerReply =
  | { readonly id: number; readonly rows: unknown[]; readonly changes: number }
  | { readonly id: number; readonly error: { readonly message: string; readonly errcode: number | null } };

/** WAL with FULL: a commit that has returned outlasts SIGKILL and power loss, and readers never wait for writers. */
const PRAGMAS =
  'PRAGMA busy_timeout = 5000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216';

let open: DatabaseSync | null = null;

function database(): DatabaseSync {
  if (open !== null) return open;
  const made = new DatabaseSync(String(workerData));
  made.exec(PRAGMAS);
  open = made;
  return made;
}

function run(sql: string, parameters: readonly unknown[]): { rows: unknown[]; changes: number } {
  const statement = database().prepare(sql);
  const values = parameters as SQLInputValue[];
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 };
  return { rows: [], changes: Number(statement.run(...values).changes) };
}

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  const { id } = request;
  try {
    if ('sql' in request) return { id, ...run(request.sql, request.parameters) };
    if ('backupTo' in request) return { id, rows: [], changes: await backup(database(), request.backupTo) };
    // Brings the write-ahead log into the file.
    open?.close();
    open = null;
    return { id, rows: [], changes: 0 };
  } catch (error) {
    const { message, errcode } = error as { message?: unknown; errcode?: unknown };
    return {
      id,
      error: { message: String(message), errcode: typeof errcode === 'number' ? errcode : null },
    };
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  const reply = async (): Promise<void> => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(await answer(request));
  };
  void reply();
});
