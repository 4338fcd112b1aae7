import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** What Argo's double did to each release. */
async function outcomes(provider: string, source = ''): Promise<unknown[]> {
  const { stdout } = await run(process.execPath, ['demo/main.ts', '--provider', provider, '--json'], {
    timeout: 230_000,
    env: { ...process.env, DEMO_DATADOG_SOURCE: source },
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
  'the releases of the demo end alike, at the same minute, from Datadog metrics, Datadog logs and recorded counts',
  { timeout: 240_000 },
  async () => {
    const [recorded, metrics, logs] = await Promise.all([
      outcomes('recorded'),
      outcomes('datadog', 'metrics'),
      outcomes('datadog', 'logs'),
    ]);
    expect(recorded).toHaveLength(8);
    expect(metrics).toEqual(recorded);
    expect(logs).toEqual(recorded);
  },
);
