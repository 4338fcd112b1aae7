import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore, SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { SqliteFile } from '../../src/reports/store/sqlite-dialect.ts';
import type { SqlHistory } from '../../src/reports/store/sql-history.ts';
import { tempFolder } from '../support/temp-file.ts';
import { historySuite } from './history-suite.ts';
import { visibilitySuite } from './visibility-suite.ts';

const open: SqlHistory[] = [];
let folder = '';

async function opened(): Promise<SqlHistory> {
  const store = await openStore({ kind: 'sqlite', folder });
  open.push(store);
  return store;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (store) => store.close()));
});

async function fresh(): Promise<SqlHistory> {
  folder = await tempFolder();
  return opened();
}

historySuite('SQLite', { fresh, again: opened });
visibilitySuite('SQLite', fresh);

test('a store that is closed leaves one file, and its copy made while it was open is whole', async () => {
  folder = await tempFolder();
  const file = new SqliteFile(join(folder, SQLITE_NAME));
  await file.run('create table t (a integer)', []);
  await file.run('insert into t values (7)', []);
  await file.backupTo(join(folder, 'copy'));
  await file.close();
  expect((await readdir(folder)).toSorted()).toEqual([SQLITE_NAME, 'copy']);
  const copy = new SqliteFile(join(folder, 'copy'));
  expect((await copy.run('select a from t', [])).rows).toEqual([{ a: 7 }]);
  await copy.close();
  await expect(copy.run('select 1', [])).rejects.toThrow('has ended');
});

describe('a folder that cannot hold a database', () => {
  test.each([
    ['is a file', async (path: string) => writeFile(path, '')],
    [
      'holds something else under the name',
      async (path: string) => {
        await rm(path, { recursive: true, force: true });
        await mkdir(path);
        await writeFile(join(path, SQLITE_NAME), 'x'.repeat(8192));
      },
    ],
  ])('%s: opening rejects and leaves nothing behind', async (_, make) => {
    const path = join(await tempFolder(), 'data');
    await make(path);
    await expect(openStore({ kind: 'sqlite', folder: path })).rejects.toThrow(
      /EEXIST|ENOTDIR|not a database/,
    );
  });
});
