import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SQLITE_NAME } from '../../src/reports/store/open-store.ts';
import { startService, type Service } from '../serve-process.ts';
import { folderWith } from '../support/folder.ts';
import { sqliteRows } from '../support/history-rows.ts';
import { SHOP } from '../support/shop.ts';
import { tempFolder } from '../support/temp-file.ts';
import { answers, figures, questions, recovered, told, withoutHistory } from './history-world.ts';

/**
 * No file of the process may grow beyond this; a write that would is refused (EFBIG) as on a full disk. The hard limit
 * stays, so that space can be made while it runs.
 */
const UNDER = ['prlimit', '--fsize=600000:unlimited'];
const MOST_LOOKS = 3000;
const slos = folderWith(SHOP);
const run = promisify(execFile);
let undisturbed: Service;

beforeAll(async () => {
  undisturbed = await withoutHistory(slos);
});
afterAll(async () => {
  await undisturbed.stop();
});

/** Asks until the history cannot be written, each answer as ever; the number of looks. */
async function fill(service: Service): Promise<number> {
  let asked = 0;
  while ((await figures(service)).up === 1 && asked < MOST_LOOKS) {
    const bodies = questions('checkout', 40, `fill-${String(asked)}`);
    asked += bodies.length;
    expect(await answers(service, bodies)).toEqual(await answers(undisturbed, bodies));
  }
  expect((await figures(service)).up).toBe(0);
  return asked;
}

describe('a disk that is full', () => {
  test('changes no verdict and kills nobody; once there is room, all that waited is written', async () => {
    const folder = join(await tempFolder(), 'data');
    const service = await startService({ slos, under: UNDER, flags: ['--data', folder] });
    try {
      let asked = await fill(service);
      const during = questions('search', 20, 'during');
      asked += during.length;
      expect(await answers(service, during)).toEqual(await answers(undisturbed, during));
      expect(told(service, 'history cannot be written')).toHaveLength(1);
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
      await run('prlimit', ['--pid', String(service.pid), '--fsize=unlimited:unlimited']);
      expect(await recovered(service)).toMatchObject({ stored: asked, dropped: 0 });
      expect(sqliteRows(join(folder, SQLITE_NAME))['burngate_measurements']).toHaveLength(asked);
    } finally {
      await service.stop();
    }
  }, 120_000);

  test('and stays full until the end: the log counts what is lost, and what was written is whole', async () => {
    const folder = join(await tempFolder(), 'data');
    const service = await startService({ slos, under: UNDER, flags: ['--data', folder] });
    const asked = await fill(service);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    const lost = told(service, 'measurements are lost').reduce(
      (sum, line) => sum + Number(line['dropped']),
      0,
    );
    expect(lost).toBeGreaterThan(0);
    const again = await startService({ slos, flags: ['--data', folder] });
    await recovered(again);
    await again.stop();
    expect(sqliteRows(join(folder, SQLITE_NAME))['burngate_measurements']).toHaveLength(asked - lost);
    await rm(folder, { recursive: true });
  }, 120_000);
});
