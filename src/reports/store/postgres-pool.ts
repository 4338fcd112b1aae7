import { Socket } from 'node:net';
import type { PostgresPool } from 'kysely';
import type { Pool } from 'pg';
import { SECOND } from '../../core/units.ts';

/** int8: times and sizes, all far below 2^53. */
const INT8 = 20;
const CONNECTIONS = 4;
/** Saying goodbye to a server that does not answer would keep the process for as long as the network pleases. */
const END_WITHIN = 2 * SECOND;

/** Connections to a PostgreSQL, which may go away at any time; `end` has a deadline of its own and may be called again. */
export async function openPostgresPool(url: string): Promise<PostgresPool> {
  const { default: pg } = await import('pg');
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    idleTimeoutMillis: 60_000,
    application_name: 'burngate',
    stream: () => track(new Socket(), sockets),
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
    },
  });
  // A connection that breaks is replaced at the next query; unheard, its error would end the process. The pool hears
  // those of idle ones only, and a transaction holds one between its queries.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  let ended: Promise<void> | null = null;
  return {
    options: pool.options,
    connect: async () => pool.connect(),
    end: async () => (ended ??= endWithin(pool, sockets)),
  };
}

function track(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}

async function endWithin(pool: Pool, sockets: ReadonlySet<Socket>): Promise<void> {
  const late = AbortSignal.timeout(END_WITHIN);
  const forced = new Promise<void>((resolve) => {
    late.addEventListener('abort', () => {
      for (const socket of sockets) socket.destroy();
      resolve();
    });
  });
  await Promise.race([pool.end(), forced]);
}
