import type { Command } from 'commander';
import type { AnalysisRequest } from '../analysis/request.ts';
import { formatIssue, shown } from '../core/parsed.ts';
import { parseDuration, SECOND, type DurationMs, type EpochMs } from '../core/units.ts';
import { parseTime } from '../recording/time.ts';
import { UsageError } from './exit.ts';
import { collectPolicy, must } from './policy-flags.ts';

/** What commander hands over. */
export interface ReplayFlags {
  readonly counts?: string;
  readonly target?: string;
  readonly lag: string;
  readonly bucket: string;
  readonly period: string;
  readonly slos?: string;
  readonly slo?: string;
  readonly canary?: string;
  readonly stable?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly rollout?: string;
  readonly from?: string;
  readonly to?: string;
  readonly policy: Readonly<Record<string, string>>;
  readonly mode: string;
  readonly minWindow: string;
  readonly aa?: string;
  readonly share: string;
  readonly seed: string;
  readonly state?: string;
  readonly trace?: true;
  readonly json?: true;
}

export function addReplayOptions(command: Command): Command {
  return command
    .option('--counts <file>', 'counts in CSV or JSON lines, plain or gzip; - is standard input')
    .option('--target <ratio>', 'counts: objective, e.g. 0.995')
    .option('--lag <duration>', 'counts: settling lag that the analyses had', '2m')
    .option('--bucket <duration>', 'counts: bucket width', '60s')
    .option('--period <duration>', 'counts: compliance period of the budget', '28d')
    .option('--slos <dir>', 'provider: folder of SLO files, or one file')
    .option('--slo <name>', 'provider: the SLO')
    .option('--canary <hash>', 'pod-template-hash of the canary (counts: default canary)')
    .option('--stable <hash>', 'pod-template-hash of stable (counts: default stable)')
    .option('--namespace <name>', 'provider: namespace of the rollout')
    .option('--cluster <name>', 'provider: cluster of the rollout')
    .option('--rollout <name>', 'provider: name of the rollout')
    .option('--from <time>', 'start of the release, RFC 3339 (counts: default their first)')
    .option('--to <time>', 'real end of the release, RFC 3339 (counts: default their last)')
    .option('--policy <key=value>', 'a policy field; may be given several times', collectPolicy, {})
    .option('--mode <mode>', 'watch or gate', 'watch')
    .option('--min-window <duration>', 'gate: not before this much canary time', '0s')
    .option('--aa <runs>', 'instead: split stable at random this often; how often would a half have failed?')
    .option('--share <ratio>', "A/A: the canary's share of the events", '0.1')
    .option('--seed <number>', 'A/A: seed of the splits', '1')
    .option('--state <file>', 'A/A: keeps what is done; the same command goes on from it')
    .option('--trace', 'print one JSON line a look')
    .option('--json', 'print JSON, unrounded');
}

/** Everything in a span, in whole seconds; throws `UsageError`. */
export function bucketWidth(text: string): DurationMs {
  const span = must(parseDuration(text, '--bucket'));
  if (span >= SECOND && Number.isInteger(span / SECOND)) return span;
  throw wrong('--bucket', text, 'a duration of whole seconds such as 60s');
}

export function positiveSpan(text: string, flag: string): DurationMs {
  const span = must(parseDuration(text, flag));
  if (span > 0) return span;
  throw wrong(flag, text, 'a duration above zero, such as 28d');
}

/** Null where the flag was not given. */
export function timeFlag(text: string | undefined, flag: string): EpochMs | null {
  if (text === undefined) return null;
  const time = parseTime(text);
  if (time !== null) return time;
  throw wrong(flag, text, 'a time such as 2026-01-05T10:00:00Z, or epoch seconds');
}

export function needed(text: string | undefined, flag: string, what: string): string {
  if (text !== undefined && text !== '') return text;
  throw wrong(flag, text, what);
}

/** Runs, share and seed of an A/A series. */
export function aaFlags(flags: ReplayFlags): { runs: number; share: number; seed: number } {
  const runs = Number(flags.aa);
  if (!Number.isInteger(runs) || runs < 1 || runs > MOST_RUNS)
    throw wrong('--aa', flags.aa, `a number of runs from 1 to ${String(MOST_RUNS)}`);
  const share = Number(flags.share);
  if (!(share > 0 && share < 1)) throw wrong('--share', flags.share, 'a ratio between 0 and 1 such as 0.1');
  const seed = Number(flags.seed);
  if (!Number.isSafeInteger(seed)) throw wrong('--seed', flags.seed, 'a whole number');
  return { runs, share, seed };
}

const MOST_RUNS = 1_000_000;

/** The request that the release's analyses were, as far as counts are collected for it. */
export function requestOf(flags: ReplayFlags): AnalysisRequest {
  const { namespace, cluster, rollout } = flags;
  const canary = flags.aa === undefined ? needed(flags.canary, '--canary', "the canary's hash") : '';
  const stable = needed(flags.stable, '--stable', "stable's hash");
  if (canary === stable) throw wrong('--canary', canary, 'a hash that is not that of stable');
  return {
    slos: { kind: 'names', names: [needed(flags.slo, '--slo', 'the name of an SLO')] },
    canary,
    stable,
    mode: 'watch',
    minWindow: 0,
    start: { kind: 'auto' },
    weight: null,
    policy: {},
    ...(namespace === undefined ? {} : { namespace }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

export function wrong(path: string, given: string | undefined, allowed: string): UsageError {
  return new UsageError(formatIssue({ path, given: shown(given), allowed }));
}
