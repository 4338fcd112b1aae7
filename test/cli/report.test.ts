import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/reports/store/open-store.ts';
import { startService } from '../serve-process.ts';
import { ask } from '../support/ask.ts';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { SHOP } from '../support/shop.ts';

const slos = folderWith(SHOP);
const data = folderWith({});
const WHERE = ['--slos', slos, '--data', data, '--at', '2024-03-01T11:10:00Z'];
let analysis = '';

beforeAll(async () => {
  const service = await startService({ slos, flags: ['--data', data] });
  analysis = String((await ask(service, { slo: 'checkout', rollout: 'shop', revision: '7' })).analysis);
  // What waits is written on SIGTERM.
  await service.stop();
});

async function report(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await burngate(['report', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('burngate report', () => {
  test('lists all SLOs, and says which cannot be reported', async () => {
    const text = await report(...WHERE);
    expect(text).toMatch(/^SLO +state +objective/);
    expect(text).toMatch(/^checkout +exhausted +99% +97\.8% +−120% .* fail$/m);
    expect(text).toMatch(/^lost: lost: lost\.csv cannot be read/m);
  });

  test('of one SLO has the budget, the table and what the release spent', async () => {
    const text = await report('checkout', ...WHERE);
    expect(text).toContain('The budget is overspent by 120% of itself');
    expect(text).toMatch(/^page 1h\/5m +quiet +13\.4x +2\.2x +2\.2x +exhausted$/m);
    expect(text).toMatch(/^shop #7 +fail +2024-03-01 10:00 UTC +600 +593 +200% +56d$/m);
  });

  test('is the same in JSON as over HTTP', async () => {
    const printed = JSON.parse(await report('checkout', ...WHERE, '--format', 'json')) as Record<
      string,
      unknown
    >;
    const service = await startService({ slos, flags: ['--data', data] });
    const answered = (await (
      await fetch(`${service.url}/v1/slos/checkout?at=2024-03-01T11:10:00Z`)
    ).json()) as Record<string, unknown>;
    await service.stop();
    expect({ ...printed, computedAt: null }).toEqual({ ...answered, computedAt: null });
  });

  test('is CSV for spreadsheets and Markdown for pull requests', async () => {
    expect(await report('checkout', ...WHERE, '--format', 'csv')).toMatch(
      /^analysis,rollout,.*\r\n\w+,shop,/,
    );
    const markdown = await report('checkout', ...WHERE, '--format', 'markdown');
    expect(markdown).toContain('### checkout: exhausted');
    expect(markdown).toContain('| shop \\#7 | fail |');
  });

  test('of an analysis is the verdict with its sentence', async () => {
    const where = ['--slos', slos, '--data', data, '--analysis', analysis];
    expect(await report(...where)).toMatch(/^FAIL {2}checkout {2}\(harm-proven/);
    const markdown = await report(
      ...where,
      '--format',
      'markdown',
      '--public-url',
      'https://burngate.example.com',
    );
    expect(markdown).toContain(`(https://burngate.example.com/analyses/${analysis})`);
    const csv = await report(...where, '--format', 'csv');
    expect(csv.split('\r\n')).toHaveLength(62);
  });

  test('is one HTML file that needs no other', async () => {
    const out = join(folderWith({}), 'report.html');
    expect(await report('checkout', ...WHERE, '--format', 'html', '--out', out)).toBe('');
    const text = await readFile(out, 'utf8');
    expect(text).toContain('uPlot');
    expect(text).not.toMatch(/<(?:link rel="stylesheet"|script src)/);
  });

  test('keeps a snapshot in the history, once however often it is asked', async () => {
    await report(...WHERE, '--snapshot');
    await report(...WHERE, '--snapshot');
    const store = await openStore({ kind: 'sqlite', folder: data });
    const kept = await store.snapshots('checkout', 0, Date.now());
    await store.close();
    expect(kept).toHaveLength(1);
    expect(JSON.parse(kept[0]?.body ?? '')).toMatchObject({
      slo: 'checkout',
      state: 'exhausted',
      events: { bad: 660 },
    });
  });

  test.each([
    [['nobody', ...WHERE], 64, 'slo: given "nobody", allowed checkout, search'],
    [['checkout', '--slos', slos, '--at', 'yesterday'], 64, '--at: given "yesterday"'],
    [['--slos', slos, '--analysis', 'x'], 64, 'name the history with --data'],
    [['--slos', slos, '--snapshot', '--at', '2024-03-01T11:10:00Z'], 64, '--snapshot needs a history'],
    [['--slos', join(slos, 'nowhere')], 78, 'nowhere'],
    [['checkout', ...WHERE, '--format', 'pdf'], 64, 'Allowed choices are text, json, csv, markdown, html'],
    [['--slos', slos, '--database-url', 'mysql://x'], 64, 'a PostgreSQL URL'],
    [['lost', '--slos', slos], 70, 'lost.csv cannot be read'],
  ])('%j ends with %i and says why', async (args, code, message) => {
    const result = await burngate(['report', ...args]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});
