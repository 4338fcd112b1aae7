import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';

async function budget(...flags: string[]): Promise<Record<string, number | null>> {
  const { code, stdout, stderr } = await burngate(['budget', ...flags, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, number | null>;
}

describe('burngate budget', () => {
  test.each([
    {
      // 11 events, 1 bad, at an error budget of 0.5%: 1/11/0.005 times the budget.
      flags: ['--target', '0.995', '--window', '28d', '--good', '10', '--bad', '1'],
      expected: {
        sli: 10 / 11,
        objective: 0.995,
        errorBudget: 0.005,
        burnRate: 200 / 11,
        consumedRatio: 200 / 11,
        remainingRatio: 1 - 200 / 11,
        budgetMinutes: 201.6,
        badMinutes: 40_320 / 11,
        remainingMinutes: 201.6 - 40_320 / 11,
        goodEvents: 10,
        badEvents: 1,
        totalEvents: 11,
      },
    },
    {
      // An hour at 14.4 times the budget spends 2% of 30 days (SRE Workbook, ch. 5).
      flags: ['--target', '0.999', '--window', '1h', '--period', '30d', '--good', '985600', '--bad', '14400'],
      expected: {
        sli: 0.9856,
        objective: 0.999,
        errorBudget: 0.001,
        burnRate: 14.4,
        consumedRatio: 0.02,
        remainingRatio: 0.98,
        budgetMinutes: 43.2,
        badMinutes: 0.864,
        remainingMinutes: 42.336,
        goodEvents: 985_600,
        badEvents: 14_400,
        totalEvents: 1_000_000,
      },
    },
    {
      flags: ['--target', '0', '--window', '1d', '--good', '1', '--bad', '3'],
      expected: {
        sli: 0.25,
        objective: 0,
        errorBudget: 1,
        burnRate: 0.75,
        consumedRatio: 0.75,
        remainingRatio: 0.25,
        budgetMinutes: 1440,
        badMinutes: 1080,
        remainingMinutes: 360,
        goodEvents: 1,
        badEvents: 3,
        totalEvents: 4,
      },
    },
  ])('$flags: every figure to 1e-12', async ({ flags, expected }) => {
    const report = await budget(...flags);
    expect(Object.keys(report)).toEqual(Object.keys(expected));
    const off = Object.entries(expected).filter(
      ([name, value]) => !(Math.abs(Number(report[name]) - value) <= 1e-12 * Math.max(1, Math.abs(value))),
    );
    expect(off).toEqual([]);
  });

  test('no traffic is null, not 0', async () => {
    expect(await budget('--target', '0.99', '--window', '1d', '--good', '0', '--bad', '0')).toEqual({
      sli: null,
      objective: 0.99,
      errorBudget: expect.closeTo(0.01, 12) as unknown,
      burnRate: null,
      consumedRatio: null,
      remainingRatio: null,
      budgetMinutes: expect.closeTo(14.4, 12) as unknown,
      badMinutes: null,
      remainingMinutes: null,
      goodEvents: 0,
      badEvents: 0,
      totalEvents: 0,
    });
  });

  test('people get sentences, also where there was no traffic', async () => {
    const flags = ['budget', '--target', '0.99', '--window', '1d'];
    const some = await burngate([...flags, '--good', '999', '--bad', '1']);
    expect(some.stdout).toContain('SLI         99.9% of 1000 events good, objective 99%');
    expect(some.stdout).toContain('burn rate   0.1x');
    const none = await burngate([...flags, '--good', '0', '--bad', '0']);
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('no traffic') as unknown });
  });

  test.each([
    ['--target', '1', 'leaves no error budget to judge by; use e.g. 0.9999'],
    ['--target', '99.5', '99.5% is 0.995'],
    ['--target', '-0.1', 'target: given "-0.1"'],
    ['--target', 'NaN', 'target: given "NaN"'],
    ['--window', '0s', '--window: given "0s", allowed a duration above zero'],
    ['--window', '28', '--window: given 28'],
    ['--period', '0', '--period: given "0"'],
    ['--good', '-1', '--good: given "-1"'],
    ['--good', '1e9999', '--good: given "1e9999"'],
    ['--bad', 'few', '--bad: given "few"'],
  ])('%s %s is refused with a remedy: 64', async (flag, value, because) => {
    const flags: Record<string, string> = {
      '--target': '0.99',
      '--window': '1d',
      '--period': '28d',
      '--good': '1',
      '--bad': '1',
      [flag]: value,
    };
    const { code, stdout, stderr } = await burngate(['budget', ...Object.entries(flags).flat(), '--json']);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(because);
  });
});
