import { afterAll, afterEach, beforeAll } from 'vitest';
import { openStore } from '../../src/reports/store/open-store.ts';
import type { SqlHistory } from '../../src/reports/store/sql-history.ts';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { historySuite } from './history-suite.ts';
import { visibilitySuite } from './visibility-suite.ts';

const open: SqlHistory[] = [];
let server: Postgres | undefined;
let url = '';
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(async () => {
  await server?.end();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (store) => store.close()));
});

async function opened(): Promise<SqlHistory> {
  const store = await openStore({ kind: 'postgres', url });
  open.push(store);
  return store;
}

async function fresh(): Promise<SqlHistory> {
  databases += 1;
  url = (await server?.url(`history_${String(databases)}`)) ?? '';
  return opened();
}

historySuite('PostgreSQL', { fresh, again: opened });
visibilitySuite('PostgreSQL', fresh);
