import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { SHOP, sloYaml } from '../support/shop.ts';

describe('burngate validate', () => {
  const shop = folderWith(SHOP);
  const broken = folderWith({
    'a.yaml': sloYaml({ name: 'good-one', path: 'x.csv' }),
    'b.yaml': sloYaml({ name: 'checkout', path: 'x.csv' }).replace('target: 0.99', 'target: 99'),
    'c.yaml': sloYaml({ name: 'search', path: 'x.csv', annotations: { 'burngate.io/policy.alpha': '0.5' } }),
    'deep/d.yaml': sloYaml({ name: 'cart', path: 'x.csv' }).replaceAll('type: recorded', 'type: abacus'),
    'e.yaml': 'kind: [\n',
  });

  test('a good folder ends with 0 and names what is in it', async () => {
    const { code, stdout } = await burngate(['validate', shop]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^11 SLOs are valid: .*checkout/);
  });

  test('the examples are good', async () => {
    const { code, stderr } = await burngate(['validate', 'examples/releases/slos']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('one file will do', async () => {
    const { code, stdout } = await burngate(['validate', `${broken}/a.yaml`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 SLOs are valid: good-one\n' });
  });

  test('a broken folder ends with 78 and tells all of it at once: file, line, path, given, allowed', async () => {
    const { code, stdout } = await burngate(['validate', broken]);
    expect(code).toBe(78);
    expect(stdout).toMatch(/b\.yaml:\d+:\d+ spec\.objectives\[0\]\.target: given 99, allowed /);
    expect(stdout).toMatch(/c\.yaml:\d+:\d+ metadata\.annotations.*alpha.*: given "0\.5", allowed /);
    expect(stdout).toMatch(
      /d\.yaml:\d+:\d+ spec\.indicator.*type: given the unknown metricSource type "abacus", allowed one of .*recorded/,
    );
    expect(stdout).toMatch(/e\.yaml:\d+/);
    expect(stdout).toMatch(/\n\d+ problems in 4 files\n$/);
    expect(stdout).not.toContain('a.yaml');
  });

  test('--json is for machines', async () => {
    const good = await burngate(['validate', shop, '--json']);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      problems: [],
      slos: expect.any(Array) as unknown,
    });
    const bad = await burngate(['validate', broken, '--json']);
    expect(bad.code).toBe(78);
    const { ok, problems } = JSON.parse(bad.stdout) as {
      ok: boolean;
      problems: { file: string; line: number }[];
    };
    expect(ok).toBe(false);
    expect(new Set(problems.map(({ file }) => file.replace(broken, '')))).toEqual(
      new Set(['/b.yaml', '/c.yaml', '/deep/d.yaml', '/e.yaml']),
    );
    for (const { line } of problems) expect(line).toBeGreaterThan(0);
  });

  test('what serve would not start with is what validate refuses', async () => {
    const { code, stdout, stderr } = await burngate(['serve', '--slos', broken, '--port', '0']);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    const validated = (await burngate(['validate', broken])).stdout.trimEnd().split('\n').slice(0, -1);
    for (const line of validated) expect(stderr).toContain(line);
  });

  test('a folder that is not there ends with 78', async () => {
    const { code, stdout } = await burngate(['validate', '/nowhere']);
    expect(code).toBe(78);
    expect(stdout).toContain('/nowhere');
  });
});
