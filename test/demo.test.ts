import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RELEASES } from '../examples/releases/releases.ts';

const run = promisify(execFile);

async function demo(...flags: readonly string[]): Promise<readonly Line[]> {
  const { stdout } = await run(process.execPath, ['demo/main.ts', '--json', ...flags], { timeout: 110_000 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** One line of `--json`. */
interface Line {
  readonly release: string;
  readonly outcome: string;
  readonly minute: number;
  readonly code: string;
  readonly reason: string;
}

const OUTCOMES = {
  a: ['promoted', 'proven-safe'],
  b: ['aborted', 'harm-proven'],
  c: ['aborted', 'group-harm-proven'],
  d: ['aborted', 'group-harm-proven'],
  e: ['paused', 'shared-degradation'],
  f: ['promoted', 'proven-safe'],
  g: ['paused', 'canary-silent'],
  h: ['promoted', 'proven-safe'],
};

describe.each([
  { how: 'undisturbed', flags: [] },
  { how: 'with the service killed by SIGKILL and restarted in the middle of each', flags: ['--kill'] },
])('the demo releases, $how', ({ flags }) => {
  test('are promoted, aborted and paused as they deserve', { timeout: 120_000 }, async () => {
    const lines = await demo(...flags);
    const outcomes = new Map(lines.map(({ release, outcome, code }) => [release, [outcome, code]]));
    expect(outcomes).toEqual(new Map(Object.entries(OUTCOMES)));
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['release', 'outcome', 'minute', 'code', 'reason']);
      expect(line.minute).toSatisfy(Number.isInteger);
    }
    const minuteOf = (release: string): number | undefined =>
      lines.find((line) => line.release === release)?.minute;
    // A fault of the canary is found within minutes of its start, a two-hour bake takes two hours.
    expect(minuteOf('b')).toBeLessThanOrEqual(8);
    expect(minuteOf('c')).toBeGreaterThan(60);
    expect(minuteOf('c')).toBeLessThanOrEqual(70);
    expect(minuteOf('d')).toBeLessThanOrEqual(15);
    for (const promoted of ['a', 'f', 'h']) expect(minuteOf(promoted)).toBeGreaterThanOrEqual(120);
  });
});

test(
  'each recorded release has the canary weights that the rollout of the demo sets',
  { timeout: 60_000 },
  async () => {
    const { stdout } = await run(process.execPath, ['demo/main.ts'], { timeout: 50_000 });
    const blocks = stdout.split(/^(?=[a-h]\) )/m).slice(1, 9);
    const counts = [
      'healthy',
      'fivefold',
      'late',
      'endpoint',
      'incident',
      'healthy',
      'no-traffic',
      'healthy',
    ];
    expect(blocks).toHaveLength(counts.length);
    for (const [index, name] of counts.entries()) {
      const set = [...(blocks[index] ?? '').matchAll(/^ +(\d+)m {2}canary weight \d+% to (\d+)%$/gm)].map(
        ([, minute, to]) => [Number(minute), Number(to)],
      );
      // The end of a release (0 or 100 per cent) is not in its counts; a canary without traffic has none.
      const steps = set.filter(([, to]) => to !== 0 && to !== 100);
      const recorded = RELEASES.find((release) => release.name === name)?.weights ?? [];
      expect([name, name === 'no-traffic' ? [] : steps]).toEqual([name, recorded.slice(0, steps.length)]);
      expect(readFileSync(`examples/releases/${name}.csv`, 'utf8')).toContain(
        `by minute: ${recorded.length === 0 ? 'none' : recorded.map((step) => step.join(':')).join(' ')}`,
      );
    }
  },
);
