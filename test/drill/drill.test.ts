import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { folderWith } from '../support/folder.ts';
import { SHOP } from '../support/shop.ts';
import { drill } from './drill.ts';
import { postgresDrillStore } from './postgres-drill-store.ts';
import { sqliteDrillStore } from './sqlite-drill-store.ts';

describe('the restore drill', () => {
  test.each([
    ['SQLite', sqliteDrillStore],
    ['PostgreSQL', postgresDrillStore],
  ])(
    'on %s: backed up under load, destroyed and restored, nothing acknowledged before is lost',
    async (_, open) => {
      const store = await open();
      try {
        const said: string[] = [];
        const result = await drill(store, folderWith(SHOP), (line) => said.push(line));
        expect(result).toMatchObject({ lost: [], invented: [], miscounted: [], forgotten: [] });
        expect(result.acknowledged).toBeGreaterThanOrEqual(60);
        expect(result.restored).toBeGreaterThanOrEqual(result.acknowledged);
        expect(said).toHaveLength(9);
      } finally {
        await store.end();
      }
    },
    240_000,
  );

  test('notices a restore that is not whole', async () => {
    const store = await sqliteDrillStore();
    try {
      const lossy = {
        ...store,
        restore: async () => {
          const how = await store.restore();
          const db = new DatabaseSync(join(store.flags[1] ?? '', SQLITE_NAME));
          db.exec('delete from burngate_measurements where at = (select min(at) from burngate_measurements)');
          db.close();
          return how;
        },
      };
      const result = await drill(lossy, folderWith(SHOP), () => undefined);
      const kinds = ['lost', 'forgotten', 'miscounted'] as const;
      expect(kinds.filter((kind) => result[kind].length === 0)).toEqual([]);
    } finally {
      await store.end();
    }
  }, 240_000);
});
