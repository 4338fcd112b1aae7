import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../../src/backup/back-up.ts';
import { restore, type Restored } from '../../src/backup/restore.ts';
import { readSealed, sealDatabase, type Manifest } from '../../src/backup/seal.ts';
import { verifyBackup } from '../../src/backup/verify-backup.ts';
import { schemaSteps, STEPS_TABLE } from '../../src/reports/store/migrations.ts';
import { openStore, SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { sqliteRows } from '../support/history-rows.ts';
import { measured } from '../support/measured.ts';
import { tempFolder } from '../support/temp-file.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
let home: string;
let data: string;
let file: string;

/** Looks at releases of their own, in the history of this folder. */
async function write(folder: string, from: number, to: number): Promise<void> {
  const store = await openStore({ kind: 'sqlite', folder });
  for (let number = from; number < to; number += 1) {
    const measurement = measured({ analysis: String(number).padStart(20, '0'), minutes: 5 + number });
    await store.append([{ measurement, service: 'shop', recordedAt: NOW }]);
  }
  await store.close();
}

const make = async (to = file, folder = data): Promise<Manifest> =>
  backUp({ folder, to, now: NOW, version: '0.1.0' });
const bringBack = async (folder: string, force = false): Promise<Restored> =>
  restore({ file, folder, force, now: NOW });
const rowsOf = (folder: string) => sqliteRows(join(folder, SQLITE_NAME));

beforeEach(async () => {
  home = await tempFolder();
  data = join(home, 'data');
  file = join(home, 'history.backup');
  await write(data, 0, 4);
});

describe('a backup', () => {
  test('says what it holds, and comes back row by row into a folder that was not there', async () => {
    const manifest = await make();
    expect(manifest).toMatchObject({
      burngate: '0.1.0',
      createdAt: '2026-03-01T10:00:00.000Z',
      schema: schemaSteps(),
      rows: { burngate_analyses: 4, burngate_measurements: 4 },
    });
    expect(await verifyBackup(file)).toEqual(manifest);
    const elsewhere = join(home, 'else', 'where');
    expect(await bringBack(elsewhere)).toEqual({ manifest, aside: null });
    expect(rowsOf(elsewhere)).toEqual(rowsOf(data));
    expect(await readdir(elsewhere)).toEqual([SQLITE_NAME]);
  });

  test('is one moment of a history that is being written all the time', async () => {
    const store = await openStore({ kind: 'sqlite', folder: data });
    const load = { isOver: false, written: 4 };
    const writer = (async () => {
      for (; !load.isOver; load.written += 1) {
        const measurement = measured({ analysis: String(load.written).padStart(20, '0'), groups: 5 });
        await store.append([{ measurement, service: 'shop', recordedAt: NOW }]);
      }
    })();
    for (let round = 0; round < 5; round += 1) {
      const before = load.written;
      const { rows } = await make();
      expect(rows['burngate_analyses']).toBeGreaterThanOrEqual(before);
      expect(rows['burngate_analyses']).toBe(rows['burngate_measurements']);
      await verifyBackup(file);
    }
    load.isOver = true;
    await writer;
    await store.close();
    const elsewhere = join(home, 'elsewhere');
    await bringBack(elsewhere);
    const [live, restored] = [rowsOf(data), rowsOf(elsewhere)];
    for (const [table, rows] of Object.entries(restored))
      expect(rows.filter((row) => !live[table]?.includes(row))).toEqual([]);
  });

  test('replaces an older one whole, and nothing else that bears its name', async () => {
    await make();
    await write(data, 4, 6);
    expect((await make()).rows['burngate_analyses']).toBe(6);
    const letter = join(home, 'letter.txt');
    await writeFile(letter, 'Dear all,');
    await expect(make(letter)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(await readFile(letter, 'utf8')).toBe('Dear all,');
    await expect(make(join(data, SQLITE_NAME))).rejects.toMatchObject({ code: 'cannot-write' });
    expect((await readdir(home)).toSorted()).toEqual(['data', 'history.backup', 'letter.txt']);
  });

  test.each([
    ['no folder', async (folder: string) => folder, 'no-history'],
    [
      'an empty folder',
      async (folder: string) => {
        await mkdir(folder);
        return folder;
      },
      'no-history',
    ],
    [
      'a database of somebody else',
      async (folder: string) => {
        await mkdir(folder);
        const db = new DatabaseSync(join(folder, SQLITE_NAME));
        db.exec('create table t (x)');
        db.close();
        return folder;
      },
      'no-history',
    ],
    [
      'a file that is no database',
      async (folder: string) => {
        await mkdir(folder);
        await writeFile(join(folder, SQLITE_NAME), 'not a database, whatever its name says. '.repeat(200));
        return folder;
      },
      'history-damaged',
    ],
    [
      'a history with a hole in it',
      async (folder: string) => {
        await mkdir(folder);
        const bytes = await readFile(join(data, SQLITE_NAME));
        bytes.fill(0xff, 4096, 3 * 4096);
        await writeFile(join(folder, SQLITE_NAME), bytes);
        return folder;
      },
      'history-damaged',
    ],
  ])('of %s is refused by name, and nothing is left behind', async (_, prepare, code) => {
    const folder = await prepare(join(home, 'other'));
    await expect(make(file, folder)).rejects.toMatchObject({ code });
    expect((await readdir(home)).filter((name) => name.includes('backup'))).toEqual([]);
  });

  test('into a folder that is not there is refused', async () => {
    await expect(make(join(home, 'nowhere', 'file'))).rejects.toMatchObject({ code: 'cannot-write' });
  });
});

describe('a backup that is not as it was written', () => {
  test('is refused, whichever bit is flipped and wherever it is cut', async () => {
    await make();
    const whole = await readFile(file);
    const other = join(home, 'changed');
    const refusal = async (bytes: Uint8Array): Promise<unknown> => {
      await writeFile(other, bytes);
      return verifyBackup(other).then(
        () => 'accepted',
        (error: unknown) => (error as { code?: unknown }).code,
      );
    };
    expect(await refusal(whole)).toBe('accepted');
    const named = ['damaged', 'truncated', 'not-a-backup', 'newer-format'];
    // The seal and the manifest are tried byte by byte, the rest at random.
    for (let at = whole.length - 130; at < whole.length; at += 1) {
      const flipped = Uint8Array.from(whole);
      flipped[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
      expect(named).toContain(await refusal(flipped));
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Uint8Array.from(whole);
        flipped[at] = (whole[at] ?? 0) ^ (1 << bit);
        expect(named).toContain(await refusal(flipped));
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        expect(await refusal(whole.subarray(0, length))).toMatch(/^(truncated|not-a-backup)$/);
      }),
      { numRuns: 60 },
    );
    expect(await refusal(Buffer.concat([whole, Buffer.from('\n')]))).toBe('truncated');
  });

  test.each([
    ['an empty file', ''],
    ['a text', 'Dear all,\n'],
    ['a dump of PostgreSQL', 'PGDMP\u0001\u0010'],
  ])('because it is %s is no backup', async (_, text) => {
    await writeFile(file, text);
    await expect(verifyBackup(file)).rejects.toMatchObject({ code: 'not-a-backup' });
  });

  test('because it is the bare database is no backup either', async () => {
    await copyFile(join(data, SQLITE_NAME), file);
    await expect(verifyBackup(file)).rejects.toMatchObject({ code: 'truncated' });
  });

  test('because its manifest lies about the rows is damaged, though its seal is right', async () => {
    const { bytes, sha256: _, ...facts } = await make();
    await writeFile(file, (await readFile(file)).subarray(0, bytes));
    await sealDatabase(file, { ...facts, rows: { ...facts.rows, burngate_analyses: 5 } });
    expect((await readSealed(file)).rows['burngate_analyses']).toBe(5);
    await expect(verifyBackup(file)).rejects.toMatchObject({ code: 'damaged' });
  });

  test('because it is not there cannot be read', async () => {
    await expect(verifyBackup(file)).rejects.toMatchObject({ code: 'cannot-read' });
  });
});

describe('a restore', () => {
  test('refuses a newer schema by the name of its step and of its maker', async () => {
    const db = new DatabaseSync(join(data, SQLITE_NAME));
    db.exec(`insert into ${STEPS_TABLE} (name, timestamp) values ('9999-tomorrow', '2030-01-01')`);
    db.close();
    await backUp({ folder: data, to: file, now: NOW, version: '9.1.0' });
    await expect(bringBack(join(home, 'new'))).rejects.toMatchObject({
      code: 'newer-schema',
      message: expect.stringMatching(/9\.1\.0.*9999-tomorrow/) as unknown,
    });
    expect(await readdir(home)).not.toContain('new');
  });

  test('of an older schema is brought to the newest at the next start', async () => {
    const old = join(home, 'old');
    await mkdir(old);
    const db = new DatabaseSync(join(old, SQLITE_NAME));
    // Before the first step: what a service left that was killed while it made its tables.
    db.exec(
      `create table ${STEPS_TABLE} (name varchar(255) not null primary key, timestamp varchar(255) not null)`,
    );
    db.close();
    const manifest = await make(file, old);
    expect(manifest.schema).toEqual([]);
    const fresh = join(home, 'fresh');
    await bringBack(fresh);
    await write(fresh, 0, 2);
    expect((await make(join(home, 'second'), fresh)).schema).toEqual(schemaSteps());
  });

  test('never touches a history that is there, unless told; then it is put aside, still readable', async () => {
    await make();
    await write(data, 4, 6);
    const before = rowsOf(data);
    await expect(bringBack(data)).rejects.toMatchObject({ code: 'history-exists' });
    expect(rowsOf(data)).toEqual(before);
    const { aside } = await bringBack(data, true);
    expect(rowsOf(data)['burngate_analyses']).toHaveLength(4);
    expect(sqliteRows(aside ?? '')).toEqual(before);
    await write(data, 10, 11);
    expect(rowsOf(data)['burngate_analyses']).toHaveLength(5);
  });

  test('refuses while the history is in use, even by force', async () => {
    await make();
    const store = await openStore({ kind: 'sqlite', folder: data });
    await expect(bringBack(data, true)).rejects.toMatchObject({ code: 'history-in-use' });
    expect((await store.analyses({ limit: 10 })).items).toHaveLength(4);
    await store.close();
    await bringBack(data, true);
  });

  test('by force replaces a history that is damaged, and a log that was left alone', async () => {
    await make();
    const expected = rowsOf(data);
    await writeFile(join(data, SQLITE_NAME), 'x'.repeat(10_000));
    await writeFile(join(data, `${SQLITE_NAME}-wal`), 'stale');
    await bringBack(data, true);
    expect(rowsOf(data)).toEqual(expected);
    expect((await readdir(data)).filter((name) => name === `${SQLITE_NAME}-wal`)).toEqual([]);
  });
});
