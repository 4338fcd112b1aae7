import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { startService, type Service } from '../serve-process.ts';
import { folderWith } from '../support/folder.ts';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { answers, figures, LARGE_SHOP, questions, recovered, told, withoutHistory } from './history-world.ts';
import { StallingProxy } from './stalling-proxy.ts';

/** Turns of stall and recovery; more by `npm run test:faults`. */
const SOAK_MS = 1000 * Number(process.env['BURNGATE_SOAK_SECONDS'] ?? '0');
const slos = folderWith(LARGE_SHOP);
let server: Postgres;
let proxy: StallingProxy;
let direct: string;
let port: number;
let service: Service;
let undisturbed: Service;

beforeAll(async () => {
  server = await startPostgres();
  direct = await server.url('faults');
  proxy = new StallingProxy(Number(new URL(direct).port));
  port = await proxy.start();
  const through = Object.assign(new URL(direct), { port: String(port) });
  service = await startService({ slos, env: { DATABASE_URL: through.href } });
  undisturbed = await withoutHistory(slos);
}, 60_000);
afterAll(async () => {
  await Promise.all([service.stop(), undisturbed.stop()]);
  await proxy.stop();
  await server.end();
});

async function looksStored(): Promise<number> {
  const client = new pg.Client({ connectionString: direct });
  await client.connect();
  const { rows } = await client.query<{ count: string }>('select count(*) from burngate_measurements');
  await client.end();
  return Number(rows[0]?.count);
}

let asked = 0;
/** The same answers as those of a service that has no history at all. */
async function expectAsEver(bodies: readonly string[]): Promise<void> {
  asked += bodies.length;
  const expected = await answers(undisturbed, bodies);
  expect(await answers(service, bodies)).toEqual(expected);
}

test(
  'a database that stalls and comes back changes no verdict, and loses and doubles nothing',
  async () => {
    const end = Date.now() + SOAK_MS;
    let turn = 0;
    do {
      await expectAsEver(questions('checkout', 8, `before-${String(turn)}`));
      proxy.mode = 'stall';
      await expectAsEver(questions('search', 20, `stalled-${String(turn)}`));
      expect((await figures(service)).waiting).toBeGreaterThan(0);
      proxy.mode = 'pass';
      expect(await recovered(service)).toMatchObject({ stored: asked, dropped: 0 });
      expect(await looksStored()).toBe(asked);
      turn += 1;
    } while (Date.now() < end);
  },
  SOAK_MS + 120_000,
);

test('a database that is away changes no verdict; what is lost is counted and told, the rest is written later', async () => {
  proxy.mode = 'cut';
  await expectAsEver(questions('checkout', 4, 'away'));
  await expect.poll(async () => (await figures(service)).up, { timeout: 20_000 }).toBe(0);
  expect((await figures(service)).dropped).toBe(0);
  // More than may wait.
  await expectAsEver(questions('large', 90, 'too-large'));
  const { dropped, waiting } = await figures(service);
  expect(dropped).toBeGreaterThan(0);
  expect(waiting).toBeGreaterThan(10);
  const lost = told(service, 'measurements are lost').reduce((sum, line) => sum + Number(line['dropped']), 0);
  expect(lost).toBe(dropped);
  expect(told(service, 'history cannot be written')).toHaveLength(1);
  proxy.mode = 'pass';
  const after = await recovered(service);
  expect(after.stored + after.dropped).toBe(asked);
  expect(await looksStored()).toBe(after.stored);
  expect(JSON.stringify(service.logs())).not.toContain('postgres:postgres');
}, 180_000);

test('a database that stalls while the service ends holds up no end; what was not written is told', async () => {
  const through = Object.assign(new URL(direct), { port: String(port) });
  const ending = await startService({ slos, env: { DATABASE_URL: through.href } });
  const bodies = questions('checkout', 4, 'ending');
  await answers(ending, bodies);
  await recovered(ending);
  proxy.mode = 'stall';
  await answers(ending, questions('search', 8, 'ending'));
  expect(await ending.stop()).toEqual({ code: 0, signal: null });
  const lost = told(ending, 'measurements are lost').reduce((sum, line) => sum + Number(line['dropped']), 0);
  expect(lost).toBe(8);
  proxy.mode = 'pass';
}, 60_000);
