import { Command } from 'commander';
import { budgetReport, type BudgetReport } from '../core/burn.ts';
import { percent } from '../core/conditions.ts';
import { rate } from '../core/explain.ts';
import { formatIssue } from '../core/parsed.ts';
import { parseDuration, type DurationMs } from '../core/units.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { must } from './policy-flags.ts';
import { parseTarget } from './target.ts';

interface Flags {
  readonly target: string;
  readonly window: string;
  readonly period?: string;
  readonly good: string;
  readonly bad: string;
  readonly json?: true;
}

/** `burngate budget`: report arithmetic for given counts. */
export function budgetCommand(done: (code: ExitCode) => void): Command {
  return new Command('budget')
    .description('Error budget arithmetic for given counts.')
    .requiredOption('--target <ratio>', 'objective, e.g. 0.995')
    .requiredOption('--window <duration>', 'span that the counts cover, e.g. 28d')
    .option('--period <duration>', 'compliance period of the budget (default: the window)')
    .requiredOption('--good <events>', 'good events')
    .requiredOption('--bad <events>', 'bad events')
    .option('--json', 'print JSON, unrounded')
    .action((flags: Flags) => {
      const window = duration(flags.window, '--window');
      const period = flags.period === undefined ? window : duration(flags.period, '--period');
      const events = { good: eventCount(flags.good, '--good'), bad: eventCount(flags.bad, '--bad') };
      const report = budgetReport(events, must(parseTarget(flags.target)), window, period);
      process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : human(report));
      done(EXIT.done);
    });
}

function duration(text: string, flag: string): DurationMs {
  const span = must(parseDuration(text, flag));
  if (span > 0) return span;
  throw new UsageError(
    formatIssue({ path: flag, given: `"${text}"`, allowed: 'a duration above zero, such as 28d' }),
  );
}

function eventCount(text: string, flag: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UsageError(
    formatIssue({ path: flag, given: `"${text}"`, allowed: 'a number of events, 0 or more' }),
  );
}

function human(report: BudgetReport): string {
  const { sli, objective, consumedRatio, remainingRatio, burnRate, remainingMinutes, budgetMinutes } = report;
  if (sli === null)
    return `no traffic: nothing can be said of the SLI; the budget is ${minutes(budgetMinutes)}\n`;
  return [
    `SLI         ${percent(sli)} of ${String(report.totalEvents)} events good, objective ${percent(objective)}`,
    `burn rate   ${rate(burnRate)}`,
    `consumed    ${percent(consumedRatio ?? 0)} of the budget`,
    `remaining   ${percent(remainingRatio ?? 0)}, ${minutes(remainingMinutes ?? 0)} of ${minutes(budgetMinutes)}`,
    '',
  ].join('\n');
}

function minutes(value: number): string {
  return `${value.toFixed(1)} min`;
}
