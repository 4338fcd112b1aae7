import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql, Kysely } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import type { HistoryEvent } from '../../src/reports/history/history-writer.ts';
import { HistoryWriter } from '../../src/reports/history/history-writer.ts';
import { migrate } from '../../src/reports/store/migrations.ts';
import { openStore, SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { SqlHistory } from '../../src/reports/store/sql-history.ts';
import { SqliteFile, sqliteDialect } from '../../src/reports/store/sqlite-dialect.ts';
import type { HistoryTables } from '../../src/reports/store/tables.ts';
import { startService } from '../serve-process.ts';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { measured } from '../support/measured.ts';
import { SHOP } from '../support/shop.ts';
import { tempFolder } from '../support/temp-file.ts';

const KILLS = Number(process.env['BURNGATE_TEST_KILLS'] ?? '8');

/** Appends in a process of its own until it is killed after some acknowledged looks, and gives those. */
async function appendUntilKilled(
  folder: string,
  from: number,
  after: number,
  delayMs: number,
): Promise<string[]> {
  const script = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    // Anywhere inside the next write, not only between two.
    if (text.split('\n').length > after) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  await once(child, 'close');
  return text.split('\n').slice(0, -1);
}

describe('a process that is killed', () => {
  test(
    `${String(KILLS)} times while it writes loses nothing that was acknowledged and keeps nothing twice`,
    async () => {
      const folder = await tempFolder();
      const acknowledged: string[] = [];
      for (let kill = 0; kill < KILLS; kill += 1)
        acknowledged.push(
          ...(await appendUntilKilled(folder, kill * 10_000, 2 + ((kill * 7) % 13), (kill * 3.7) % 9)),
        );
      const store = await openStore({ kind: 'sqlite', folder });
      const stored: string[] = [];
      for (const { analysis, looks } of (await store.analyses({ limit: 100 })).items) {
        const found = await store.analysis(analysis, 10_000);
        stored.push(...(found?.looks ?? []).map(({ at }) => `${analysis} ${String(at)}`));
        expect(found?.looks).toHaveLength(looks);
        expect(found?.newest[0]?.judged).toBeDefined();
      }
      await store.close();
      expect(new Set(stored).size).toBe(stored.length);
      expect(acknowledged.filter((each) => !stored.includes(each))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThanOrEqual(2 * KILLS);
      // One more than acknowledged each time at most: written, and killed before it could say so.
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(KILLS);
      const db = new DatabaseSync(join(folder, SQLITE_NAME));
      expect(db.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      db.close();
    },
    30_000 + 2000 * KILLS,
  );
});

describe('a full disk', () => {
  test('fails writes and not reads; what waits is bounded, and what is lost is told', async () => {
    const folder = await tempFolder();
    const db = new Kysely<HistoryTables>({
      dialect: sqliteDialect(new SqliteFile(join(folder, SQLITE_NAME))),
    });
    await migrate(db as unknown as Kysely<unknown>, 'sqlite');
    const store = new SqlHistory(db, 'sqlite');
    // SQLite answers a file that may not grow as it answers a full disk: SQLITE_FULL.
    await sql`pragma max_page_count = 30`.execute(db);
    const events: HistoryEvent[] = [];
    const writer = new HistoryWriter({
      open: async () => store,
      serviceOf: () => 'shop',
      retention: { maxAge: 1e13, maxBytes: 1e12 },
      clock: Date.now,
      onEvent: (event) => events.push(event),
      mostBytes: 5_000_000,
      pauses: { first: 5, longest: 20 },
    });
    for (let number = 0; number < 200; number += 1)
      writer.record(measured({ analysis: String(number).padStart(20, '0'), groups: 20 }));
    await vi.waitFor(() => {
      expect(events.some(({ kind }) => kind === 'down')).toBe(true);
    });
    expect(String(Reflect.get(events.find(({ kind }) => kind === 'down') ?? {}, 'error'))).toContain('full');
    const dropped = events.reduce(
      (sum, event) => sum + (event.kind === 'dropped' ? event.measurements.length : 0),
      0,
    );
    const kept = (await store.analyses({ limit: 500 })).items.length;
    expect(dropped + kept + writer.waiting).toBe(200);
    await sql`pragma max_page_count = 100000`.execute(db);
    await vi.waitFor(() => {
      expect(writer.waiting).toBe(0);
    });
    expect((await store.analyses({ limit: 500 })).items).toHaveLength(200 - dropped);
    await writer.close(1000);
  });
});

describe('a service whose history cannot be written', () => {
  test.each([
    ['is a file', async (path: string) => writeFile(path, 'x')],
    [
      'holds no database',
      async (path: string) => {
        const { mkdir } = await import('node:fs/promises');
        await mkdir(path);
        await writeFile(join(path, SQLITE_NAME), 'not a database, whatever its name says. '.repeat(200));
        await chmod(path, 0o555);
      },
    ],
  ])('because --data %s: starts, judges, warns, and shows what memory has', async (_, make) => {
    const path = join(await tempFolder(), 'data');
    await make(path);
    const service = await startService({ slos: folderWith(SHOP), flags: ['--data', path] });
    try {
      const answer = await ask(service, { slo: 'checkout' });
      expect(answer.verdict).toBe('fail');
      const shown = await fetch(`${service.url}/v1/analyses/${String(answer.analysis)}`);
      expect(await shown.json()).toMatchObject({ measurements: [{ verdict: 'fail' }] });
      await vi.waitFor(() => {
        expect(service.logs().some(({ msg }) => String(msg).includes('cannot be written'))).toBe(true);
      });
      expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(/^burngate_history_up 0$/m);
      expect(await (await fetch(`${service.url}/readyz`)).json()).toMatchObject({
        status: 'ready',
        history: { writable: false },
      });
    } finally {
      await service.stop();
    }
  });
});
