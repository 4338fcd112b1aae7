import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { START } from '../support/shop.ts';

const MIB = 1024 * 1024;
const ROWS = 1_000_000;

/** Writes the peak of the resident memory to a file once the process ends. */
const PRELOAD = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS * 1024)));
`;
const folder = folderWith({ 'peak.mjs': PRELOAD });

/** A CSV of this many rows, four a minute. */
async function writeCsv(path: string, groups: (row: number) => string): Promise<void> {
  const file = createWriteStream(path);
  file.write('time,cohort,good,bad,group\n');
  for (let row = 0; row < ROWS;) {
    let text = '';
    for (const end = row + 10_000; row < end; row += 1) {
      const [cohort, good, bad] = row % 2 === 0 ? ['canary', 50, 0] : ['stable', 449, 1];
      text += `${String(START / 1000 + 60 * Math.floor(row / 4))},${cohort},${String(good)},${String(bad)},${groups(row)}\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function peakOf(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; peak: number }> {
  const peakFile = join(folder, 'peak');
  const { code, stdout } = await burngate(['judge', ...args], {
    node: ['--import', join(folder, 'peak.mjs')],
    env: { PEAK_FILE: peakFile },
  });
  return { code, stdout, peak: Number(readFileSync(peakFile, 'utf8')) };
}

describe('1,000,000 rows of counts', () => {
  test.each<[string, (row: number) => string]>([
    ['of two groups', (row) => (row % 4 < 2 ? 'GET /items' : 'POST /orders')],
    [
      'of a group a pair of rows, as where an id stands in the label',
      (row) => `GET /items/${String(row >> 1)}`,
    ],
  ])(
    '%s are judged within 300 MB',
    async (_name, groups) => {
      const path = join(folder, 'large.csv');
      await writeCsv(path, groups);
      const { code, stdout, peak } = await peakOf([path, '--target', '0.99', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', buckets: ROWS / 4 });
      expect(peak).toBeGreaterThan(20 * MIB);
      expect(peak).toBeLessThan(300_000_000);
    },
    240_000,
  );
});
