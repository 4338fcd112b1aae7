import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

async function demo(provider: string): Promise<readonly unknown[]> {
  const { stdout } = await run(process.execPath, ['demo/main.ts', '--provider', provider, '--json'], {
    timeout: 110_000,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test(
  'the releases of the demo end alike, at the same minute and for the same reason, over gRPC and from files',
  { timeout: 120_000 },
  async () => {
    const [recorded, monitoring] = await Promise.all([demo('recorded'), demo('cloud-monitoring')]);
    expect(monitoring).toHaveLength(8);
    expect(monitoring).toEqual(recorded);
  },
);
