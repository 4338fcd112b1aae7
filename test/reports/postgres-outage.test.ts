import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startService, type Service } from '../serve-process.ts';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { SHOP } from '../support/shop.ts';

let server: Postgres;
const services: Service[] = [];

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(async () => {
  await Promise.all(services.map(async (service) => service.stop()));
  await server.end();
});

const looksOf = async ({ url }: Service, id: unknown): Promise<{ origin: string; looks: unknown[] }> =>
  (await (await fetch(`${url}/v1/analyses/${String(id)}`)).json()) as { origin: string; looks: unknown[] };

describe('two replicas with one PostgreSQL', () => {
  test('share the history, judge on while it is down, and write what waited once it is back', async () => {
    const env = { DATABASE_URL: await server.url('replicas') };
    const slos = folderWith(SHOP);
    services.push(await startService({ slos, env }), await startService({ slos, env }));
    const [one, other] = services;
    if (one === undefined || other === undefined) throw new Error('no services');
    const { analysis } = await ask(one, { slo: 'checkout' });
    await vi.waitFor(async () => {
      expect(await looksOf(other, analysis)).toMatchObject({
        origin: 'history',
        looks: [{ verdict: 'fail' }],
      });
    }, 10_000);
    await server.stop();
    const during = await ask(one, { slo: 'checkout', at: '2024-03-01T10:40:00Z' });
    expect(during.verdict).toBe('fail');
    expect((await looksOf(one, analysis)).looks).toHaveLength(2);
    await vi.waitFor(async () => {
      expect(await (await fetch(`${one.url}/metrics`)).text()).toMatch(/^burngate_history_up 0$/m);
    }, 10_000);
    expect(one.logs().filter(({ msg }) => String(msg).includes('cannot be written'))).toHaveLength(1);
    expect(JSON.stringify(one.logs())).not.toContain('postgres:postgres');
    await server.start();
    await vi.waitFor(async () => {
      expect((await looksOf(other, analysis)).looks).toHaveLength(2);
    }, 20_000);
  }, 60_000);
});
