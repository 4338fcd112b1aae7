import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import type { WorkerReply, WorkerRequest } from './sqlite-worker.ts';

/** What SQLite refused, with its result code (13: the disk is full, 8: read only, 14: cannot be opened). */
class SqliteFault extends Error {
  override readonly name = 'SqliteFault';
  readonly errcode: number | null;

  constructor(message: string, errcode: number | null) {
    super(message);
    this.errcode = errcode;
  }
}

/** A database file in a worker thread. */
export class SqliteFile {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(reply: WorkerReply): void; reject(error: Error): void }>();
  #last = 0;
  #ended: Error | null = null;

  constructor(path: string) {
    // The sources run as they are, dist holds JavaScript.
    const file = new URL(`./sqlite-worker${extname(import.meta.filename)}`, import.meta.url);
    // It holds a batch of rows at a time; a young generation of the usual size would only lie there.
    this.#worker = new Worker(file, { workerData: path, resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    this.#worker.unref();
    this.#worker.on('message', (reply: WorkerReply) => {
      this.#settle(reply.id)?.resolve(reply);
    });
    const end = (error: Error): void => {
      this.#ended ??= error;
      for (const id of this.#waiting.keys()) this.#settle(id)?.reject(error);
    };
    this.#worker.on('error', end);
    this.#worker.on('exit', () => {
      end(new Error('the database thread has ended'));
    });
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>> {
    const reply = await this.#send((id) => ({ id, sql, parameters }));
    return { rows: reply.rows, numAffectedRows: BigInt(reply.changes) };
  }

  /** A consistent copy while others read and write. */
  async backupTo(path: string): Promise<void> {
    await this.#send((id) => ({ id, backupTo: path }));
  }

  async close(): Promise<void> {
    if (this.#ended === null) await this.#send((id) => ({ id, close: true })).catch(() => undefined);
    await this.#worker.terminate();
  }

  async #send(requestOf: (id: number) => WorkerRequest): Promise<Extract<WorkerReply, { rows: unknown }>> {
    if (this.#ended !== null) throw this.#ended;
    this.#last += 1;
    const id = this.#last;
    const reply = await new Promise<WorkerReply>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // An idle database does not keep the process; one that owes an answer does.
      this.#worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(requestOf(id));
    });
    if ('error' in reply) throw new SqliteFault(reply.error.message, reply.error.errcode);
    return reply;
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }
}

/** Kysely's SQLite over that thread: one connection, handed out in turn. */
export function sqliteDialect(file: SqliteFile): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteFileDriver(file),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class SqliteFileDriver implements Driver {
  readonly #file: SqliteFile;
  readonly #connection: DatabaseConnection;
  /** Resolves when the holder before gives the connection back. */
  #turn: Promise<void> = Promise.resolve();
  #giveBack = (): void => undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery) =>
        (await file.run(sql, parameters)) as QueryResult<R>,
      streamQuery: () => {
        throw new Error('no query of the history is streamed');
      },
    };
  }

  async init(): Promise<void> {
    await this.#file.run('select 1', []);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    let giveBack = (): void => undefined;
    this.#turn = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    this.#giveBack = giveBack;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#giveBack();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // A writer from the first statement on: two processes then wait for each other instead of failing.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async destroy(): Promise<void> {
    await this.#file.close();
  }
}
