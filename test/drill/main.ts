/** `npm run drill`: rehearses a restore on both stores and prints what it did. Exit code 1: something was lost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOP } from '../support/shop.ts';
import { drill } from './drill.ts';
import { postgresDrillStore } from './postgres-drill-store.ts';
import { sqliteDrillStore } from './sqlite-drill-store.ts';

const slos = await mkdtemp(join(tmpdir(), 'burngate-drill-slos-'));
try {
  for (const [name, content] of Object.entries(SHOP)) await writeFile(join(slos, name), content);
  for (const open of [sqliteDrillStore, postgresDrillStore]) {
    const store = await open();
    try {
      const { lost, invented, miscounted, forgotten } = await drill(store, slos, (line) => {
        process.stdout.write(`${line}\n`);
      });
      if (lost.length + invented.length + miscounted.length + forgotten.length > 0) process.exitCode = 1;
    } finally {
      await store.end();
    }
  }
} finally {
  await rm(slos, { recursive: true, force: true });
}
