import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.trim());

/** What a reader would get; the exit code counts as an answer of the command, not as a failure to run it. */
async function shell(command: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-c', command],
      { timeout: 100_000, env: { ...process.env, PATH: `node_modules/.bin:${process.env['PATH'] ?? ''}` } },
      (error, stdout) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
      },
    );
  });
}

describe('the README', () => {
  test('names the two commands of a fresh clone', () => {
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });

  // The two commands themselves are what CI does; they would install and test inside the test.
  test.each(commands.slice(2).map((command) => ({ command })))(
    '$command runs and answers',
    { timeout: 120_000 },
    async ({ command }) => {
      const { code, stdout } = await shell(command);
      expect([0, 3, 4]).toContain(code);
      expect(stdout).not.toBe('');
    },
  );

  test(
    'shows real output: the lines of its example are those that the command prints',
    { timeout: 120_000 },
    async () => {
      const { stdout } = await shell('npm run -s burngate -- judge examples/releases/late.csv --target 0.97');
      expect(readme).toContain(stdout.trim());
      const demo = await shell('npm run -s demo -- --only d');
      const block = demo.stdout
        .split('\n')
        .filter((line) => /^ {2}=> |^d\) .*traffic$|^ +\d+m {2}[✖✔?] .*group-harm/.test(line));
      expect(block.length).toBeGreaterThan(2);
      for (const line of block) expect(readme).toContain(line);
    },
  );

  test.each(['README.md', 'docs/slo-files.md', 'docs/http-api.md', 'docs/policy.md', 'docs/codes.md'])(
    '%s links only to what is there',
    (file) => {
      const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, link = '']) => join(dirname(file), link),
      );
      expect(links.filter((link) => !existsSync(link))).toEqual([]);
    },
  );
});
