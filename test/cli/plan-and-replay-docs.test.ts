import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = readFileSync('docs/plan-and-replay.md', 'utf8');
const examples = [...guide.matchAll(/^```sh\n(.*)\n```\n\n```text\n([\s\S]*?)^```$/gm)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

async function shell(command: string): Promise<string> {
  const path = `node_modules/.bin:${process.env['PATH'] ?? ''}`;
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { env: { ...process.env, PATH: path } }, (_, stdout) => {
      resolve(stdout);
    });
  });
}

test('the guide to plan and replay shows each of them', () => {
  expect(
    examples.map(({ command }) => command.replace(/^npm run -s burngate -- (\w+).*?(--aa)?( \d+)?$/, '$1$2')),
  ).toEqual(['plan', 'replay', 'replay--aa']);
});

test.each(examples)('its output is real: $command', { timeout: 120_000 }, async ({ command, output }) => {
  expect(await shell(command)).toBe(output);
});
