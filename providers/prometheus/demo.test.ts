import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isRealMissing } from './emulator/real-or-skip.ts';

const run = promisify(execFile);

interface Line {
  readonly release: string;
  readonly outcome: string;
  readonly minute: number | null;
  readonly code: string;
}

async function demo(...flags: readonly string[]): Promise<Line[]> {
  const { stdout } = await run(process.execPath, ['demo/main.ts', '--json', ...flags], { timeout: 110_000 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe.skipIf(isRealMissing())('the demo through a real Prometheus server', () => {
  test('decides each release as the recording does, at the same minute', { timeout: 120_000 }, async () => {
    const verdicts = (lines: readonly Line[]) =>
      lines.map(({ release, outcome, minute, code }) => ({ release, outcome, minute, code }));
    const [real, recorded] = await Promise.all([demo('--provider', 'prometheus'), demo()]);
    expect(recorded).toHaveLength(8);
    expect(verdicts(real)).toEqual(verdicts(recorded));
  });
});

test('the demo says what it needs where there is no Prometheus server, and fails', async () => {
  const PATH = [dirname(process.execPath), '/nowhere'].join(delimiter);
  const ended = run(process.execPath, ['demo/main.ts', '--json', '--provider', 'prometheus'], {
    env: { ...process.env, PATH },
  });
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/needs prometheus and promtool: install it/) as string,
  });
});
