import { Command } from 'commander';
import { formatIssue } from '../core/parsed.ts';
import type { PlanAsk } from '../core/plan-shape.ts';
import { plan } from '../core/plan.ts';
import { seeded } from '../core/stats/random.ts';
import { parseDuration, type DurationMs } from '../core/units.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { planJson, planText } from './plan-report.ts';
import { parseSteps } from './plan-steps.ts';
import { collectPolicy, must, policyFrom } from './policy-flags.ts';
import { parseTarget } from './target.ts';

interface Flags {
  readonly target: string;
  readonly rate: string;
  readonly bad: string;
  readonly steps: string;
  readonly policy: Readonly<Record<string, string>>;
  readonly groups?: string;
  readonly lag: string;
  readonly gateTimeout: string;
  readonly period: string;
  readonly seed: string;
  readonly json?: true;
}

/** `burngate plan`: how long a canary of this weight and traffic needs to prove harm or safety. */
export function planCommand(done: (code: ExitCode) => void): Command {
  return new Command('plan')
    .description('How soon a canary of this weight and traffic can be found bad, or proven safe.')
    .requiredOption('--target <ratio>', 'objective, e.g. 0.995')
    .requiredOption('--rate <rps>', 'valid requests a second of the whole service')
    .requiredOption('--bad <ratio>', "stable's usual bad ratio, e.g. 0.001")
    .option('--steps <list>', 'weight in per cent and dwell of each step', '5:10m,10:10m,25:10m,50:120m')
    .option('--policy <key=value>', 'a policy field; may be given several times', collectPolicy, {})
    .option('--groups <number>', 'groups (endpoints) of the breakdown, if there is one')
    .option('--lag <duration>', 'settling lag of the counts', '2m')
    .option('--gate-timeout <duration>', 'how long a gate looks, once a minute', '60m')
    .option('--period <duration>', 'compliance period of the budget', '28d')
    .option('--seed <number>', 'seed of the simulation', '1')
    .option('--json', 'print JSON, unrounded')
    .action((flags: Flags) => {
      const seed = number(flags.seed, '--seed', 'a whole number', Number.isSafeInteger);
      const planned = plan(askOf(flags), (stream) => seeded(seed, stream));
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(planJson(planned))}\n` : planText(planned),
      );
      done(EXIT.done);
    });
}

function askOf(flags: Flags): PlanAsk {
  return {
    target: must(parseTarget(flags.target)),
    policy: must(policyFrom(flags.policy)),
    eventsPerSecond: number(
      flags.rate,
      '--rate',
      'requests a second above 0, at most 10000000',
      (value) => value > 0 && value <= 1e7,
    ),
    stableBad: number(
      flags.bad,
      '--bad',
      'a ratio from 0 to below 1 (0.1% is 0.001)',
      (value) => value >= 0 && value < 1,
    ),
    steps: must(parseSteps(flags.steps)),
    groups:
      flags.groups === undefined
        ? null
        : number(
            flags.groups,
            '--groups',
            'a whole number from 1 to 500',
            (value) => Number.isInteger(value) && value >= 1 && value <= 500,
          ),
    lag: span(flags.lag, '--lag', 0, '1h'),
    gateTimeout: span(flags.gateTimeout, '--gate-timeout', 60_000, '24h'),
    period: span(flags.period, '--period', 60_000, '3660d'),
  };
}

function number(text: string, flag: string, allowed: string, fits: (value: number) => boolean): number {
  const value = /^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && fits(value)) return value;
  throw new UsageError(formatIssue({ path: flag, given: `"${text}"`, allowed }));
}

function span(text: string, flag: string, least: DurationMs, most: string): DurationMs {
  const value = must(parseDuration(text, flag));
  if (value >= least && value <= must(parseDuration(most))) return value;
  const from = least === 0 ? '0s' : '1m';
  throw new UsageError(
    formatIssue({ path: flag, given: `"${text}"`, allowed: `a duration from ${from} to ${most}` }),
  );
}
