import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Release, outcome, minute and code of each line. */
async function demo(provider: string): Promise<readonly unknown[]> {
  const { stdout } = await run(process.execPath, ['demo/main.ts', '--provider', provider, '--json'], {
    timeout: 170_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const { release, outcome, minute, code } = JSON.parse(line) as Record<string, unknown>;
      return { release, outcome, minute, code };
    });
}

test(
  'the releases of the demo, as log entries, end alike and at the same minute as the recorded counts',
  { timeout: 180_000 },
  async () => {
    const [recorded, logging] = await Promise.all([demo('recorded'), demo('cloud-logging')]);
    expect(logging).toHaveLength(8);
    expect(logging).toEqual(recorded);
  },
);
