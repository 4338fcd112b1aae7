import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { environment } from '../serve-process.ts';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { tempFolder } from '../support/temp-file.ts';

/** Stable over its budget, and a policy as loose as it gets: some halves fail, so that there is something to lose. */
const BURNING = [
  'time,cohort,good,bad',
  ...Array.from({ length: 120 }, (_, minute) => `${String(1_700_000_000 + minute * 60)},stable,980,20`),
].join('\n');
const LOOSE = ['--share', '0.5', '--policy', 'alpha=0.1', '--policy', 'margin=1'];

describe('random halves of stable', () => {
  const burning = join(folderWith({ 'burning.csv': BURNING }), 'burning.csv');
  const AA = ['replay', '--counts', 'examples/releases/healthy.csv', '--target', '0.97', '--json'];

  test('are not failed more often than alpha allows, and the same seed fails the same', async () => {
    const { code, stdout } = await burngate([...AA, '--aa', '60']);
    expect(code).toBe(0);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    expect(said).toMatchObject({ runs: 60, complete: true, alpha: 0.01, share: 0.1, aboveAlpha: false });
    expect((await burngate([...AA, '--aa', '60'])).stdout).toBe(stdout);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'stopped by %s and started again end as if never stopped',
    { timeout: 120_000 },
    async (signal) => {
      const state = join(await tempFolder(), 'aa.json');
      const series = ['replay', '--counts', burning, '--target', '0.995', '--json', '--aa', '4000', ...LOOSE];
      const child = spawn(process.execPath, ['src/cli/main.ts', ...series, '--state', state], {
        env: environment(),
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      while (!existsSync(state)) await setTimeout(10);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      const kept = JSON.parse(readFileSync(state, 'utf8')) as { done: number };
      expect(kept.done).toBeGreaterThan(0);
      expect(kept.done).toBeLessThan(4000);

      const continued = await burngate([...series, '--state', state]);
      const uninterrupted = await burngate(series);
      expect(continued).toEqual(uninterrupted);
      expect((JSON.parse(continued.stdout) as { failed: number }).failed).toBeGreaterThan(0);
      expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ done: 4000 });
    },
  );

  test('of other counts, terms or shares do not go on from this state', async () => {
    const state = join(await tempFolder(), 'aa.json');
    const first = [...AA, '--aa', '3', '--state', state];
    expect((await burngate(first)).code).toBe(0);
    const more = await burngate([...first, '--aa', '5']);
    expect(JSON.parse(more.stdout)).toMatchObject({ runs: 5 });
    for (const other of [
      ['--share', '0.2'],
      ['--seed', '2'],
      ['--policy', 'margin=2'],
      ['--from', '2015-05-17T10:30:00Z'],
    ]) {
      const { code, stderr } = await burngate([...first, ...other]);
      expect(code).toBe(64);
      expect(stderr).toContain('belongs to other counts, target, policy, share or seed');
    }
  });

  test('come from a provider as well', async () => {
    const { code, stdout } = await burngate([
      'replay',
      '--slos',
      'examples/releases/slos',
      '--slo',
      'healthy',
      '--stable',
      's1',
      '--aa',
      '5',
      '--json',
      '--from',
      '2015-05-17T10:10:00Z',
      '--to',
      '2015-05-17T11:10:00Z',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runs: 5, looks: 60 });
  });
});
