import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { burngate, jsonLines } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';

const RELEASES = 'examples/releases';
const SLOS = `${RELEASES}/slos`;
const MINUTE = 60_000;
/** Ten minutes before the first canary weight of every recorded release. */
const FROM = Date.UTC(2015, 4, 17, 10, 10);

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Replays a recorded release from its SLO's provider. */
async function replayed(slo: string, minutes: number, ...flags: string[]) {
  const span = ['--from', iso(FROM), '--to', iso(FROM + minutes * MINUTE)];
  return burngate([
    'replay',
    '--slos',
    SLOS,
    '--slo',
    slo,
    '--canary',
    'c1',
    '--stable',
    's1',
    ...span,
    ...flags,
  ]);
}

/** Replays a file of counts, as one JSON object. */
async function counted(file: string, ...flags: string[]): Promise<{ code: number | null; json: Outcome }> {
  const { code, stdout, stderr } = await burngate([
    'replay',
    '--counts',
    file,
    '--target',
    '0.97',
    '--json',
    ...flags,
  ]);
  expect(stderr).toBe('');
  return { code, json: JSON.parse(stdout) as Outcome };
}

interface Outcome {
  readonly verdict: string;
  readonly code: string;
  readonly looks: number;
  readonly firstFail: {
    readonly at: string;
    readonly code: string;
    readonly minutesAfterStart: number;
  } | null;
  readonly gatePass: { readonly at: string; readonly code: string } | null;
  readonly spentUntilFail: { readonly badEvents: number } | null;
  readonly spentUntilEnd: { readonly badEvents: number };
  readonly saved: {
    readonly badEvents: number;
    readonly anyway: number;
    readonly budgetHours: number;
  } | null;
  readonly verdicts: readonly { readonly from: string; readonly looks: number; readonly code: string }[];
}

describe('a replay answers every minute what the service answers', () => {
  const service = served({ slos: SLOS });

  test.each([
    { slo: 'fivefold', minutes: 50, fail: 'harm-proven' },
    { slo: 'late', minutes: 110, fail: 'group-harm-proven' },
    { slo: 'endpoint', minutes: 60, fail: 'group-harm-proven' },
    { slo: 'incident', minutes: 60, fail: null },
    { slo: 'no-traffic', minutes: 40, fail: null },
  ])('$slo', { timeout: 120_000 }, async ({ slo, minutes, fail }) => {
    const { stdout, stderr, code } = await replayed(slo, minutes, '--trace', '--json');
    const looks = jsonLines(stdout);
    expect(looks.length).toBeGreaterThan(minutes - 5);
    const live = [];
    for (const { at } of looks) {
      const asked = { slo, canary: 'c1', stable: 's1', at };
      const watch = await ask(service(), asked);
      const gate = await ask(service(), { ...asked, mode: 'gate' });
      live.push({ at, verdict: watch.verdict, code: watch.code, gate: gate.verdict, gateCode: gate.code });
    }
    const said = looks.map(({ at, verdict, code: reason, gate, gateCode }) => ({
      at,
      verdict,
      code: reason,
      gate,
      gateCode,
    }));
    expect(said).toEqual(live);

    // The summary names the first of these minutes.
    const summary = JSON.parse(stderr) as Outcome;
    const firstFail = live.find(({ verdict }) => verdict === 'fail');
    expect(summary.firstFail?.at ?? null).toBe(firstFail?.at ?? null);
    expect(summary.firstFail?.code ?? null).toBe(fail);
    expect(summary.gatePass?.at ?? null).toBe(live.find(({ gate }) => gate === 'pass')?.at ?? null);
    expect(code).toBe(fail === null ? 4 : 3);
  });
});

/** Three releases of forty minutes in one file, one of them bad. */
const SEVERAL = [
  'time,cohort,good,bad',
  ...Array.from({ length: 40 }, (_, minute) =>
    ['a1,90,10', 'b2,895,5', 'c3,100,0'].map((row) => `${String(1_700_000_000 + minute * 60)},${row}`),
  ).flat(),
].join('\n');

describe('a replay from a file of counts', () => {
  const several = join(folderWith({ 'several.csv': SEVERAL }), 'several.csv');

  test.each(['fivefold', 'late', 'endpoint'])('is that from the provider: %s', async (name) => {
    const file = `${RELEASES}/${name}.csv`;
    const fromCounts = await burngate(['replay', '--counts', file, '--target', '0.97', '--trace']);
    const fromProvider = await replayed(name, 120, '--trace');
    const looks = jsonLines(fromProvider.stdout);
    expect(looks).toEqual(
      jsonLines(fromCounts.stdout).filter(({ at }) => String(at) >= String(looks[0]?.['at'])),
    );
    expect(fromProvider.code).toBe(fromCounts.code);
  });

  test('knows nothing of what comes later: cut at any minute, it says the same until then', async () => {
    const whole = readFileSync(`${RELEASES}/late.csv`, 'utf8');
    const rows = whole.split('\n');
    const header = rows.findIndex((row) => row.startsWith('time,'));
    const timeOf = (row: string): number => Number(row.split(',')[0]);
    const begin = timeOf(rows[header + 1] ?? '');
    const trace = async (csv: string) =>
      jsonLines(
        (await burngate(['replay', '--counts', '-', '--target', '0.97', '--trace'], { stdin: csv })).stdout,
      );
    const all = await trace(whole);
    for (const minutes of [3, 20, 77, 80]) {
      const cut = rows.filter(
        (row, index) => index <= header || (row !== '' && timeOf(row) < begin + minutes * 60),
      );
      const some = await trace(cut.join('\n'));
      expect(some).toHaveLength(minutes);
      expect(some).toEqual(all.slice(0, minutes));
    }
  });

  test('says what a rollback at the first fail would have saved', async () => {
    const { code, json } = await counted(`${RELEASES}/late.csv`);
    expect(code).toBe(3);
    expect(json.firstFail?.minutesAfterStart).toBeGreaterThan(60);
    expect(json.firstFail?.minutesAfterStart).toBeLessThan(70);
    expect(json.verdicts.reduce((sum, { looks }) => sum + looks, 0)).toBe(json.looks);
    const { saved, spentUntilFail, spentUntilEnd } = json;
    expect(saved?.badEvents).toBeGreaterThan(1000);
    const after = spentUntilEnd.badEvents - (spentUntilFail?.badEvents ?? 0);
    expect((saved?.badEvents ?? 0) + (saved?.anyway ?? 0)).toBeCloseTo(after, 6);
    const { stdout } = await burngate(['replay', '--counts', `${RELEASES}/late.csv`, '--target', '0.97']);
    expect(stdout).toMatch(
      /^would have been rolled back at 11:2\d UTC, saving [\d,]+ bad requests = \d+ min of budget \([\d.]+% of 28d\); the canary failed [\d,]+ requests after that, stable would have failed [\d,]+ of them$/m,
    );
    expect(stdout).toMatch(/^2015-05-17 11:2\d +12:02 +\d+ +fail +harm-proven$/m);
  });

  test('a healthy release passes, with 0', async () => {
    const { code, json } = await counted(`${RELEASES}/healthy.csv`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ verdict: 'pass', code: 'no-harm', firstFail: null, saved: null });
    expect(json.gatePass?.code).toBe('proven-safe');
  });

  test('a later lag is a later fail, by as much', async () => {
    const soon = await counted(`${RELEASES}/fivefold.csv`, '--lag', '0s');
    const late = await counted(`${RELEASES}/fivefold.csv`, '--lag', '7m');
    const at = (outcome: Outcome): number => Date.parse(outcome.firstFail?.at ?? '');
    expect(at(late.json) - at(soon.json)).toBe(7 * MINUTE);
    expect(late.json.saved?.badEvents).toBeLessThan(soon.json.saved?.badEvents ?? 0);
  });

  test('hashes choose a release out of several in one file', async () => {
    const bad = await counted(several, '--canary', 'a1', '--stable', 'b2');
    expect(bad.json.code).toBe('harm-proven');
    const good = await counted(several, '--canary', 'c3', '--stable', 'b2');
    expect(good.json.code).toBe('no-harm');
    const { code, stderr } = await burngate(['replay', '--counts', several, '--target', '0.97']);
    expect({ code, stderr }).toEqual({
      code: 64,
      stderr: expect.stringContaining('canary or stable') as string,
    });
  });
});
