import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';

const USUAL = ['plan', '--target', '0.995', '--rate', '50', '--bad', '0.001'];

interface Row {
  readonly burn: number;
  readonly runs: number;
  readonly share: number;
  readonly meanMinutes: number;
  readonly p95Minutes: number | null;
  readonly badEvents: number;
  readonly budgetShare: number;
}

interface PlanJson {
  readonly harm: readonly Row[];
  readonly safety: Row & { readonly cleanEvents: number };
  readonly steps: readonly { readonly smallestBurn: number | null; readonly endMinutes: number }[];
  readonly group: Row | null;
  readonly policy: { readonly margin: number };
  readonly horizonMinutes: number;
  readonly gateTimeoutMinutes: number;
  readonly warnings: readonly string[];
}

async function planned(...flags: string[]): Promise<PlanJson> {
  const { code, stdout, stderr } = await burngate([...flags, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as PlanJson;
}

describe('burngate plan', () => {
  test('prints what harm, safety and each step take, the same each time', async () => {
    const { code, stdout, stderr } = await burngate(USUAL);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('objective 99.5%, 50 rps, stable 0.1% bad (burns 0.2x), counts settle after 2m');
    expect(lines.filter((line) => /^(HARM|SAFETY|STEP)/.test(line))).toHaveLength(3);
    for (const row of [
      'burns 1.5x',
      'burns 2x',
      'burns 5x',
      'burns 10x',
      'burns 50x',
      'as healthy as stable',
    ])
      expect(stdout).toMatch(new RegExp(`^${row} +\\d+m +\\d+m `, 'm'));
    for (const step of ['5% for 10m', '10% for 10m', '25% for 10m', '50% for 2h'])
      expect(stdout).toContain(`\n${step} `);
    expect(stdout).not.toContain('WARNING');
    expect((await burngate(USUAL)).stdout).toBe(stdout);
  });

  test('gives the same as JSON, unrounded', async () => {
    const plan = await planned(...USUAL);
    expect(plan.harm.map(({ burn }) => burn)).toEqual([1.5, 2, 5, 10, 50]);
    for (const { share, meanMinutes, badEvents, budgetShare } of [...plan.harm, plan.safety]) {
      expect(share).toBe(1);
      expect(meanMinutes).toBeGreaterThanOrEqual(5);
      expect(badEvents / (50 * 28 * 86_400 * 0.005)).toBeCloseTo(budgetShare, 9);
    }
    expect(plan).toMatchObject({ horizonMinutes: 240, gateTimeoutMinutes: 60, group: null, warnings: [] });
    expect(plan.safety.cleanEvents).toBeGreaterThan(350);
    expect(plan.steps.map(({ endMinutes }) => endMinutes)).toEqual([10, 20, 30, 150]);
  });

  test('warns in words where the traffic is too low for the steps and the gate', async () => {
    const { stdout } = await burngate(['plan', '--target', '0.995', '--rate', '2', '--bad', '0.001']);
    expect(stdout).toContain('WARNING at 5% of 2 rps no burn below 40x can be seen within your 10m step\n');
    expect(stdout).toMatch(
      /^WARNING at 5% of 2 rps safety cannot be proven at this traffic within the gate \(1h; .*\): use a lower objective for the gate, more weight, or a longer bake$/m,
    );
  });

  test('says "not in 4h" where even that is too short', async () => {
    const { code, stdout } = await burngate(['plan', '--target', '0.995', '--rate', '0.01', '--bad', '0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^burns 5x +not in 4h +-/m);
    expect(stdout).toMatch(/^as healthy as stable +not in 4h +-/m);
    expect(stdout).toContain(
      'no burn can be seen within your 10m step, not even a canary that fails every request',
    );
  });

  test('takes steps, policy, groups, lag, gate and period as told', async () => {
    const flags =
      '--steps 1%:90s,20:1h30m --policy margin=2 --policy alpha=0.05 --groups 40 --lag 10m --gate-timeout 30m --period 7d --seed 9';
    const plan = await planned(...USUAL, ...flags.split(' '));
    expect(plan.steps.map(({ endMinutes }) => endMinutes)).toEqual([1.5, 91.5]);
    expect(plan).toMatchObject({
      policy: { margin: 2, alpha: 0.05 },
      periodMinutes: 10_080,
      lagSeconds: 600,
    });
    expect(plan.group).toMatchObject({ groups: 40, share: 1 });
    expect(plan.harm.at(-1)?.meanMinutes).toBeGreaterThanOrEqual(13);
    expect(plan.harm.at(-1)?.badEvents).toBeGreaterThan(0);
    for (const { badEvents, budgetShare } of plan.harm)
      expect(badEvents / budgetShare).toBeCloseTo(50 * 7 * 86_400 * 0.005, 3);
    expect(plan.warnings[0]).toBe(
      "at 1% of 50 rps your 1m30s step ends before the first look can come, 13m after the canary's start",
    );
  });

  test.each([
    [[], "required option '--target <ratio>'"],
    [['--target', '99.5'], '99.5% is 0.995'],
    [['--target', '1'], 'leaves no error budget'],
    [['--rate', '0'], '--rate: given "0", allowed requests a second above 0'],
    [['--rate', 'fast'], '--rate: given "fast"'],
    [['--bad', '0.1%'], '--bad: given "0.1%", allowed a ratio from 0 to below 1'],
    [['--bad', '1'], '--bad: given "1"'],
    [['--steps', '5'], '--steps: given "5", allowed weight in per cent and dwell'],
    [['--steps', '0:10m'], '--steps: given "0:10m"'],
    [['--steps', '5:10m,101:1h'], '--steps: given "101:1h"'],
    [['--steps', '5:48h'], 'no more is looked back on'],
    [['--groups', '0.5'], '--groups: given "0.5", allowed a whole number from 1 to 500'],
    [['--lag', '2'], '--lag: given 2, allowed a duration'],
    [['--gate-timeout', '10s'], '--gate-timeout: given "10s", allowed a duration from 1m to 24h'],
    [['--policy', 'margn=2'], '"margn"'],
    [['--seed', '1.5'], '--seed: given "1.5", allowed a whole number'],
  ])('refuses %j with 64 and says what is allowed', async (flags, says) => {
    const args = flags.length === 0 ? ['plan'] : [...USUAL, ...flags];
    const { code, stdout, stderr } = await burngate(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(says);
  });
});
