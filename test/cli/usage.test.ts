import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const HELP = ['serve', 'judge', 'budget', 'plan', 'replay', 'validate'];

describe('usage', () => {
  test('--help names every command and ends with 0', async () => {
    const { code, stdout } = await burngate(['--help']);
    expect(code).toBe(0);
    for (const command of HELP) expect(stdout).toContain(`  ${command} `);
  });

  test.each(HELP)('%s --help ends with 0', async (command) => {
    const { code, stdout, stderr } = await burngate([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: burngate ${command}`);
  });

  test('serve --help shows every setting with its default and its twin in the environment', async () => {
    const { stdout } = await burngate(['serve', '--help']);
    const help = stdout.replace(/\s+/g, ' ');
    for (const [flag, env, fallback] of [
      ['--port <port>', 'BURNGATE_PORT', '8080'],
      ['--host <address>', 'BURNGATE_HOST', '127.0.0.1'],
      ['--log-level <level>', 'BURNGATE_LOG_LEVEL', 'info'],
      ['--deadline <duration>', 'BURNGATE_DEADLINE', '8s'],
    ])
      expect(help).toMatch(
        new RegExp(`${String(flag)} [^(]*\\(env: ${String(env)}, default: ${String(fallback)}\\)`),
      );
    for (const [flag, env] of [
      ['--data <dir>', 'BURNGATE_DATA'],
      ['--cluster <name>', 'BURNGATE_CLUSTER'],
      ['--public-url <url>', 'BURNGATE_PUBLIC_URL'],
      ['--tokens <file>', 'BURNGATE_TOKENS'],
    ])
      expect(help).toMatch(new RegExp(`${String(flag)} [^\\0]*?\\(env: ${String(env)}\\)`));
    expect(help).toMatch(/--slos <dir> [^(]*\(env: BURNGATE_SLOS, required\)/);
    expect(help).toContain('recorded: Counts from a CSV');
  });

  test.each([
    [[], 'Usage: burngate'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['--frobnicate'], "unknown option '--frobnicate'"],
    [['serve', '--prot', '80'], "unknown option '--prot'"],
    [['serve', 'extra'], 'too many arguments'],
    [['judge', '--frobnicate'], "unknown option '--frobnicate'"],
    [['judge', 'x'], '--target: given nothing'],
    [['judge', 'x', '--target', '99.5'], '99.5% is 0.995'],
    [['judge', 'x', '--target', '1'], 'leaves no error budget'],
    [['judge', 'x', '--target', '0.9', '--mode', 'preflight'], 'allowed watch or gate'],
    [['judge', 'x', '--target', '0.9', '--bucket', '0s'], '--bucket: given "0s"'],
    [['judge', 'x', '--target', '0.9', '--bucket', '1.5s'], '--bucket: given "1.5s"'],
    [['judge', 'x', '--target', '0.9', '--policy', 'margin'], 'key=value'],
    [['judge', 'x', '--target', '0.9', '--policy', 'margn=2'], '"margn"'],
    [['judge', 'x', '--target', '0.9', '--policy', 'alpha=0.5'], 'policy.alpha: given "0.5"'],
    [['judge', 'x', '--target', '0.9', '--policy', '__proto__=1'], '__proto__'],
    [['judge', 'x', '--target', '0.9', '--log', 'xml'], '--log: given "xml", allowed combined or json'],
    [['judge', 'x', '--target', '0.9', '--log', 'combined'], '--canary-share: given'],
    [['judge', '/nowhere/counts.csv', '--target', '0.9'], 'there is no such file'],
    [['validate'], "missing required argument 'path'"],
    [['budget', '--target', '0.9'], '--window'],
  ])('burngate %j is a usage error: 64, and says why on stderr', async (args, because) => {
    const { code, stdout, stderr } = await burngate(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(because);
    expect(stderr).not.toContain('    at ');
  });
});

describe('what serve cannot start with: 78, everything at once', () => {
  const folder = folderWith({ 'empty/.keep': '', 'broken/slo.yaml': 'kind: SLO\n', tokens: 'short\n' });

  test.each([
    [['serve'], ['--slos: given nothing']],
    [['serve', '--slos', '/nowhere', '--port', 'http'], ['--port: given "http"']],
    [
      ['serve', '--slos', '/nowhere', '--port', '70000', '--deadline', '1m', '--log-level', 'loud'],
      ['--port: given "70000"', '--deadline: given "1m"', '--log-level: given "loud"'],
    ],
    [['serve', '--slos', '/nowhere'], ['/nowhere']],
    [['serve', '--slos', `${folder}/empty`], ['empty']],
    [['serve', '--slos', `${folder}/broken`], ['slo.yaml:1']],
    [
      ['serve', '--slos', 'examples/releases/slos', '--tokens', '/nowhere/tokens'],
      ['--tokens: /nowhere/tokens cannot be read (ENOENT)'],
    ],
    [
      ['serve', '--slos', 'examples/releases/slos', '--tokens', `${folder}/tokens`],
      ['a token of 5 characters'],
    ],
    [
      ['serve', '--slos', 'examples/releases/slos', '--port', '0', '--host', '192.0.2.1'],
      ['cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL)'],
    ],
  ])('burngate %j', async (args, because) => {
    const { code, stdout, stderr } = await burngate(args);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    for (const each of because) expect(stderr).toContain(each);
    expect(stderr).not.toContain('    at ');
  });
});
