import { Command } from 'commander';
import { assemble } from '../core/assemble.ts';
import type { Cohort } from '../core/counts.ts';
import { parseDuration, type DurationMs } from '../core/units.ts';
import { readCounts } from '../recording/read-counts.ts';
import { readTable } from '../recording/read-table.ts';
import { seriesOf, windowOf } from '../recording/series.ts';
import { BucketFeed } from './bucket-feed.ts';
import { EXIT, exitFor, UsageError, type ExitCode } from './exit.ts';
import { judgeCases } from './judge-cases.ts';
import { JudgeReport } from './judge-report.ts';
import { addLogOptions, logRules, type LogFlags } from './log-flags.ts';
import { collectPolicy, must, parseMode, policyFrom } from './policy-flags.ts';
import { progressBar } from './progress.ts';
import { parseTarget } from './target.ts';

interface Flags extends LogFlags {
  readonly target?: string;
  readonly policy: Readonly<Record<string, string>>;
  readonly mode: string;
  readonly bucket: string;
  readonly minWindow: string;
  readonly trace?: true;
  readonly json?: true;
  readonly jsonl?: true;
}

/** `burngate judge`: the judge offline, on counts or on an access log as it lies around. */
export function judgeCommand(done: (code: ExitCode) => void): Command {
  const command = new Command('judge')
    .description(
      'Judge a release offline: counts in CSV or JSON lines, an access log, or many cases (--jsonl).',
    )
    .argument('[file]', 'the file, plain or gzip; - is standard input', '-')
    .option('--target <ratio>', 'objective, e.g. 0.995')
    .option('--policy <key=value>', 'a policy field; may be given several times', collectPolicy, {})
    .option('--mode <mode>', 'watch or gate', 'watch')
    .option('--bucket <duration>', 'bucket width', '60s')
    .option('--min-window <duration>', 'gate: not before this much canary time', '0s')
    .option('--trace', 'print one JSON line a bucket')
    .option('--json', 'print the verdict as JSON')
    .option('--jsonl', 'the file holds one case a line; print one line a case');
  return addLogOptions(command).action(async (file: string, flags: Flags) => {
    done(flags.jsonl === true ? await cases(file, flags) : await single(file, flags));
  });
}

function bucketOf(flags: Flags): DurationMs {
  const span = must(parseDuration(flags.bucket, '--bucket'));
  if (span >= 1000 && Number.isInteger(span / 1000)) return span;
  throw new UsageError(`--bucket: given "${flags.bucket}", allowed a duration of whole seconds such as 60s`);
}

async function cases(file: string, flags: Flags): Promise<ExitCode> {
  const { target, policy } = flags;
  const defaults = { target, policy, mode: must(parseMode(flags.mode)), bucketMs: bucketOf(flags) };
  const bar = progressBar('judged');
  await judgeCases(file, defaults, (line) => process.stdout.write(`${line}\n`), bar.onProgress);
  bar.end();
  return EXIT.done;
}

async function single(file: string, flags: Flags): Promise<ExitCode> {
  if (flags.target === undefined)
    throw new UsageError('--target: given nothing, allowed the objective as a ratio such as 0.995');
  const question = {
    target: must(parseTarget(flags.target)),
    policy: must(policyFrom(flags.policy)),
    mode: must(parseMode(flags.mode)),
    minWindow: must(parseDuration(flags.minWindow, '--min-window')),
    weight: null,
  };
  const report = new JudgeReport({ question, bucketMs: bucketOf(flags), trace: flags.trace === true });
  const bar = progressBar('read');
  if (flags.log === undefined) await feedCounts(file, report, bar.onProgress);
  else await feedLog(file, flags, report, bar.onProgress);
  bar.end();
  return exitFor(report.print(flags.json === true, file));
}

type OnProgress = (done: number, all: number | null) => void;

async function feedCounts(file: string, report: JudgeReport, onProgress: OnProgress): Promise<void> {
  const feed = new BucketFeed(report.bucketMs, report.exclude, (bucket, grouped) => {
    report.next(bucket, grouped);
  });
  const format = /\.(jsonl|ndjson)(\.gz)?$/.test(file) ? 'jsonl' : 'csv';
  await readCounts(
    file,
    format,
    { onProgress, cohorts: ['canary', 'stable'] },
    ({ time, cohort, good, bad, group, pod }) => {
      const side = cohort === 'canary' ? 'canary' : 'stable';
      const labels = { ...(group === undefined ? {} : { group }), ...(pod === undefined ? {} : { pod }) };
      feed.push({ time, cohort: side, events: { good, bad }, ...labels });
    },
  );
  feed.end();
}

/** Logs need not be in order, so they are summed first; the memory grows with buckets and endpoints, not with lines. */
async function feedLog(
  file: string,
  flags: Flags,
  report: JudgeReport,
  onProgress: OnProgress,
): Promise<void> {
  const rules = must(logRules(flags));
  const table = await readTable(file, { kind: 'log', rules }, report.bucketMs, { onProgress });
  const grouped = rules.group.kind !== 'none';
  report.note(...table.notes);
  const window = windowOf(table);
  if (window === null) return;
  const cohortOf = (cohort: string): Cohort => (cohort === 'canary' ? 'canary' : 'stable');
  const series = (['bad', 'total'] as const).flatMap((role) =>
    seriesOf(table, { role, window, cohortOf, grouped }),
  );
  const { buckets, notes } = assemble(window, series, { grouped, exclude: report.exclude, counted: 'bad' });
  report.note(...notes);
  for (const bucket of buckets) report.next(bucket, grouped);
}
