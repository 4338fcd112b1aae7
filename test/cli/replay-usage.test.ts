import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const RELEASES = 'examples/releases';
const SLOS = `${RELEASES}/slos`;

describe('usage of replay', () => {
  const PROVIDER = ['--slos', SLOS, '--slo', 'late', '--canary', 'a', '--stable', 'b'];
  const broken = folderWith({ 'slo.yaml': 'kind: SLO\n' });
  /** The SLO files without the recordings that they name. */
  const gone = join(folderWith({ 'slos/demo.yaml': readFileSync(`${SLOS}/demo.yaml`) }), 'slos');
  const SPAN = ['--from', '2015-05-17T10:00:00Z', '--to', '2015-05-17T11:00:00Z'];
  test.each([
    [[], '--counts, --slos: given nothing'],
    [['--counts', 'x', '--slos', 'y'], 'either --counts or --slos, not both'],
    [['--counts', 'x'], '--target: given nothing'],
    [['--counts', 'x', '--target', '99'], '99.5% is 0.995'],
    [['--counts', 'none.csv', '--target', '0.9'], 'none.csv'],
    [['--counts', 'x', '--target', '0.9', '--bucket', '0s'], '--bucket: given "0s"'],
    [
      ['--counts', 'x', '--target', '0.9', '--from', 'yesterday'],
      '--from: given "yesterday", allowed a time such as',
    ],
    [['--counts', 'x', '--target', '0.9', '--mode', 'preflight'], 'allowed watch or gate'],
    [['--counts', 'x', '--target', '0.9', '--policy', 'alpha=0.5'], 'policy.alpha: given "0.5"'],
    [['--counts', `${RELEASES}/late.csv`, '--target', '0.9', '--aa', '0'], '--aa: given "0"'],
    [
      ['--counts', `${RELEASES}/late.csv`, '--target', '0.9', '--aa', '5', '--share', '1'],
      '--share: given "1"',
    ],
    [
      ['--counts', `${RELEASES}/late.csv`, '--target', '0.9', '--aa', '5', '--stable', 'x'],
      'stable has no events',
    ],
    [['--slos', SLOS, '--slo', 'late', '--stable', 'b', ...SPAN], '--canary: given nothing'],
    [['--slos', SLOS, '--slo', 'late', '--canary', 'b', '--stable', 'b', ...SPAN], 'not that of stable'],
    [PROVIDER, '--from: given nothing'],
    [[...PROVIDER, '--from', '2015-05-17T10:00:00Z'], '--to: given nothing'],
    [[...PROVIDER, '--from', '2015-05-17T11:00:00Z', '--to', '2015-05-17T11:00:00Z'], 'a time after --from'],
    [['--slos', SLOS, '--slo', 'lat', '--canary', 'a', '--stable', 'b', ...SPAN], 'unknown SLO "lat"'],
  ])('%j is refused with 64', async (flags, says) => {
    const { code, stdout, stderr } = await burngate(['replay', ...flags]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('SLO files that cannot be used end with 78, a provider without counts with 4', async () => {
    const refused = await burngate([
      'replay',
      '--slos',
      broken,
      '--slo',
      'x',
      '--canary',
      'a',
      '--stable',
      'b',
      ...SPAN,
    ]);
    expect(refused.code).toBe(78);
    const empty = await burngate([
      'replay',
      '--slos',
      gone,
      '--slo',
      'late',
      '--canary',
      'a',
      '--stable',
      'b',
      ...SPAN,
    ]);
    expect(empty.code).toBe(4);
    expect(empty.stderr).toContain('late.csv');
  });
});
