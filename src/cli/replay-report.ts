import type { FirstTime, ReplaySummary, Saving, Spending } from '../analysis/replay.ts';
import { percent } from '../core/conditions.ts';
import type { Look } from '../core/live-replay.ts';
import { formatDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import { table } from './table.ts';

/** What the counts of a replay are. */
export interface ReplayAbout {
  readonly slo: string;
  readonly target: number;
  readonly lag: DurationMs;
  readonly period: DurationMs;
  readonly to: EpochMs | null;
  readonly notes: readonly string[];
}

export function traceLine({ at, judgement, gate }: Look): string {
  const { verdict, code, figures } = judgement;
  const { logBurn, logRelative, logHarm, logSafe } = figures.evidence;
  return `${JSON.stringify({ at: iso(at), verdict, code, gate: gate.verdict, gateCode: gate.code, logBurn, logRelative, logHarm, logSafe })}\n`;
}

/** One JSON object: times in RFC 3339, everything else unrounded. */
export function replayJson(summary: ReplaySummary, { slo, target, lag, to, notes }: ReplayAbout): object {
  const first = (found: FirstTime | null): object | null =>
    found === null
      ? null
      : {
          at: iso(found.at),
          code: found.code,
          minutesAfterStart: found.after / 60_000,
          reason: found.reason,
        };
  const { last } = summary;
  return {
    slo,
    objective: target,
    lagSeconds: lag / 1000,
    looks: summary.looks,
    verdict: last?.verdict ?? 'inconclusive',
    code: last?.code ?? 'no-data',
    reason: last?.reason ?? `${slo}: there are no counts to judge`,
    firstFail: first(summary.firstFail),
    gatePass: first(summary.gatePass),
    end: to === null ? null : iso(to),
    spentUntilFail: summary.untilFail,
    spentUntilEnd: summary.untilEnd,
    saved: summary.saved,
    verdicts: summary.runs.map((run) => ({ ...run, from: iso(run.from), to: iso(run.to) })),
    moreVerdicts: summary.moreRuns,
    notes,
  };
}

/** The same for people. */
export function replayText(summary: ReplaySummary, about: ReplayAbout): string {
  const { slo, target, lag, notes } = about;
  const head = `${slo}, objective ${percent(target)}: ${String(summary.looks)} looks, counts settle after ${formatDuration(lag)}\n`;
  if (summary.last === null) return `${head}there are no counts to judge\n`;
  const more = summary.moreRuns > 0 ? `and ${String(summary.moreRuns)} more changes; see --trace\n` : '';
  const lines = [
    ...firstLines('first fail', summary.firstFail),
    ...firstLines('a gate first passes', summary.gatePass),
    ...(summary.firstFail === null ? [`never failed; at the end: ${summary.last.reason}`] : []),
    ...savedLines(summary, about),
    ...notes.map((note) => `note: ${note}`),
  ];
  return `${head}\n${verdictTable(summary)}${more}\n${lines.join('\n')}\n`;
}

function verdictTable({ runs }: ReplaySummary): string {
  return table([
    ['FROM (UTC)', 'to', 'looks', 'verdict', 'code'],
    ...runs.map(({ from, to, looks, verdict, code }) => [
      minute(from),
      sameDay(from, to) ? minute(to).slice(11) : minute(to),
      String(looks),
      verdict,
      code,
    ]),
  ]);
}

function firstLines(label: string, found: FirstTime | null): string[] {
  if (found === null) return label === 'first fail' ? [] : ['a gate never passes'];
  return [
    `${label} at ${minute(found.at)} UTC, ${formatDuration(found.after)} after the canary's start: ${found.reason}`,
  ];
}

function savedLines({ firstFail, untilFail, untilEnd, saved }: ReplaySummary, about: ReplayAbout): string[] {
  const spent = (what: string, spending: Spending): string =>
    `the canary spent ${events(spending.badEvents)} bad requests of ${events(spending.events)} ${what}${budget(spending, about)}`;
  if (firstFail === null || untilFail === null || saved === null) return [spent('in all', untilEnd)];
  const end = about.to === null ? 'the end of the counts' : `the real end at ${minute(about.to).slice(11)}`;
  return [
    spent('until the first fail', untilFail),
    spent(`until ${end}`, untilEnd),
    `would have been rolled back at ${minute(firstFail.at).slice(11)} UTC, ${saving(saved, about)}`,
  ];
}

function saving(saved: Saving, about: ReplayAbout): string {
  if (saved.events === 0) return 'after which the canary had no more traffic: nothing to save';
  const kept = `the canary failed ${events(saved.badEvents + saved.anyway)} requests after that, stable would have failed ${events(saved.anyway)} of them`;
  return saved.badEvents > 0
    ? `saving ${events(saved.badEvents)} bad requests${budget(saved, about)}; ${kept}`
    : `saving nothing: ${kept}`;
}

function budget({ budgetHours, budgetShare }: Spending, { period }: ReplayAbout): string {
  if (budgetHours === null || budgetShare === null) return '';
  return ` = ${hours(budgetHours)} of budget (${percent(budgetShare)} of ${formatDuration(period)})`;
}

function hours(value: number): string {
  return value < 1
    ? `${String(Number((value * 60).toPrecision(2)))} min`
    : `${String(Number(value.toPrecision(3)))} h`;
}

/** A number of events for people. */
export function events(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function sameDay(one: EpochMs, other: EpochMs): boolean {
  return iso(one).slice(0, 10) === iso(other).slice(0, 10);
}

function minute(time: EpochMs): string {
  return iso(time).slice(0, 16).replace('T', ' ');
}

function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
