import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const REQUIRED = ['--service', 'basket', '--platform', 'prometheus', '--objective', '0.999'];

describe('burngate init', () => {
  test('writes a set of files that validate has nothing against, and says how to go on', async () => {
    const dir = join(folderWith({}), 'basket');
    const { code, stdout, stderr } = await burngate(['init', ...REQUIRED, '--dir', dir]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`wrote ${String(readdirSync(dir, { recursive: true }).length - 6)} files`);
    expect(stdout).toContain('1 SLOs are valid: basket-availability\n');
    expect(stdout).toContain('1 Rollouts and templates checked: 0 errors, 0 warnings, 0 notes\n');
    expect(stdout).toContain('burngate plan --target 0.999 --steps 5:10m,10:10m,25:10m,50:120m --lag 2m');
    expect(readFileSync(join(dir, 'slos/basket.yaml'), 'utf8')).toContain('objectives: [{ target: 0.999 }]');
    expect(await burngate(['validate', dir, '--strict'])).toMatchObject({ code: 0 });
  });

  test('shows what the steps can see when the traffic is known', async () => {
    const flags = ['--rate', '2', '--bad', '0.0001', '--dry-run'];
    const { code, stdout } = await burngate(['init', ...REQUIRED, ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain('would write 14 files');
    expect(stdout).toContain('HARM PROVEN');
    expect(stdout).toContain('WARNING at 5% of 2 rps');
  });

  test('never overwrites what somebody has written, and then writes nothing at all', async () => {
    const dir = folderWith({});
    mkdirSync(join(dir, 'base'));
    writeFileSync(join(dir, 'base/rollout.yaml'), 'mine\n');
    const { code, stderr } = await burngate(['init', ...REQUIRED, '--dir', dir]);
    expect(code).toBe(64);
    expect(stderr).toContain('base/rollout.yaml already');
    expect(readdirSync(dir)).toEqual(['base']);
    expect(readFileSync(join(dir, 'base/rollout.yaml'), 'utf8')).toBe('mine\n');
  });

  test('names all that is wrong with its answers at once', async () => {
    const { code, stderr } = await burngate([
      'init',
      '--service',
      'A b',
      '--platform',
      'mainframe',
      '--objective',
      '99.9',
      '--image',
      'x: y',
    ]);
    expect(code).toBe(64);
    for (const flag of ['--service', '--platform', '--objective', '--image'])
      expect(stderr).toContain(`${flag}: given`);
  });

  test('without a terminal it asks nothing and names the missing flags', async () => {
    const { code, stderr } = await burngate(['init', '--service', 'basket']);
    expect(code).toBe(64);
    expect(stderr).toContain('missing --platform, --objective');
  });
});
