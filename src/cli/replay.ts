import { Command } from 'commander';
import { selectSlos } from '../analysis/catalog.ts';
import { ReleaseReplay, type ReplayTerms } from '../analysis/replay.ts';
import { RequestError } from '../analysis/request.ts';
import { StableTape, TapeTooLong } from '../analysis/stable-tape.ts';
import { ConfigError } from '../config-error.ts';
import { loadSlos } from '../config/load-slos.ts';
import { formatProblems } from '../config/problem.ts';
import { ProviderError } from '../core/errors.ts';
import { parsePolicy, resolvePolicy, type Policy } from '../core/policy.ts';
import type { Slo } from '../core/slo.ts';
import { parseDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import type { Question } from '../core/verdict.ts';
import { alignDown } from '../core/window.ts';
import { PROVIDERS } from '../registry.ts';
import { aaJson, aaText } from './aa-report.ts';
import { runSeries } from './aa-series.ts';
import { EXIT, exitFor, UsageError, type ExitCode } from './exit.ts';
import { openProviders } from '../open-providers.ts';
import { must, parseMode, policyFrom } from './policy-flags.ts';
import {
  aaFlags,
  addReplayOptions,
  bucketWidth,
  needed,
  positiveSpan,
  requestOf,
  timeFlag,
  wrong,
  type ReplayFlags,
} from './replay-flags.ts';
import { replayJson, replayText, traceLine } from './replay-report.ts';
import { fetchBuckets, lagOf, readBuckets, type TakeBucket } from './replay-source.ts';
import { parseTarget } from './target.ts';

/** A provider may have to be asked for days of counts; longer than this, something hangs. */
const FETCH_DEADLINE_MS = 15 * 60_000;

/** `burngate replay`: a past release as it would have been judged, or the false-fail rate of its traffic. */
export function replayCommand(done: (code: ExitCode) => void): Command {
  const command = new Command('replay').description(
    'A past release minute by minute as it would have been judged; or, with --aa, how often a healthy half of stable would have been failed.',
  );
  return addReplayOptions(command).action(async (flags: ReplayFlags) => {
    try {
      const source = await sourceOf(flags);
      done(flags.aa === undefined ? await replay(source, flags) : await falseFails(source, flags));
    } catch (error) {
      if (error instanceof RequestError || error instanceof TapeTooLong)
        throw new UsageError(error.message, { cause: error });
      if (!(error instanceof ProviderError)) throw error;
      // No counts, no verdict: neither the user's command nor the release is to blame.
      process.stderr.write(`burngate: ${error.message}; ${error.remedy}\n`);
      done(EXIT.inconclusive);
    }
  });
}

/** Where the counts come from, and how they are to be judged. */
interface Source {
  readonly name: string;
  readonly target: number;
  readonly policy: Policy;
  readonly bucketMs: DurationMs;
  readonly lag: DurationMs;
  readonly period: DurationMs;
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** Hands on every bucket and gives notes on them. */
  readonly read: (take: TakeBucket) => Promise<readonly string[]>;
}

async function sourceOf(flags: ReplayFlags): Promise<Source> {
  const span = { from: timeFlag(flags.from, '--from'), to: timeFlag(flags.to, '--to') };
  if (span.from !== null && span.to !== null && span.from >= span.to)
    throw wrong('--to', flags.to, 'a time after --from');
  if (flags.counts !== undefined && flags.slos !== undefined)
    throw wrong('--counts', flags.counts, 'either --counts or --slos, not both');
  if (flags.counts !== undefined) return countsSource(flags.counts, flags, span);
  const dir = needed(flags.slos, '--counts, --slos', 'a file of counts, or a folder of SLO files');
  return providerSource(dir, flags, span);
}

function countsSource(file: string, flags: ReplayFlags, span: Pick<Source, 'from' | 'to'>): Source {
  const policy = must(policyFrom(flags.policy));
  const bucketMs = bucketWidth(flags.bucket);
  const { canary = 'canary', stable = 'stable' } = flags;
  const counts = { file, bucketMs, exclude: policy['breakdown.exclude'], canary, stable };
  return {
    ...span,
    name: file,
    target: must(parseTarget(needed(flags.target, '--target', 'the objective as a ratio such as 0.995'))),
    policy,
    bucketMs,
    lag: must(parseDuration(flags.lag, '--lag')),
    period: positiveSpan(flags.period, '--period'),
    read: async (take) => {
      await readBuckets(counts, take);
      return [];
    },
  };
}

async function providerSource(
  dir: string,
  flags: ReplayFlags,
  span: Pick<Source, 'from' | 'to'>,
): Promise<Source> {
  const request = requestOf(flags);
  const from = span.from ?? timeFlag(needed(flags.from, '--from', 'the start of the release'), '--from') ?? 0;
  const to = span.to ?? timeFlag(needed(flags.to, '--to', 'the real end of the release'), '--to') ?? 0;
  const loaded = await loadSlos(dir, PROVIDERS);
  if (!loaded.ok) throw new ConfigError(formatProblems(loaded.problems));
  const [slo] = selectSlos({ slos: loaded.slos }, request.slos);
  if (slo === undefined) throw wrong('--slo', flags.slo, 'the name of an SLO');
  const policy = policyOf(slo, flags);
  const providers = await openProviders([slo], {
    definitions: PROVIDERS,
    env: process.env,
    warn: (provider, _, message) => process.stderr.write(`burngate: ${provider}: ${message}\n`),
  });
  const signal = AbortSignal.timeout(FETCH_DEADLINE_MS);
  const lag = await lagOf({ slo, providers }, signal);
  const { bucketMs } = slo;
  const about = { slo, exclude: policy['breakdown.exclude'], request, withCanary: flags.aa === undefined };
  return {
    name: slo.name,
    target: slo.target,
    policy,
    bucketMs,
    lag,
    period: slo.timeWindow.duration,
    from: alignDown(from, bucketMs),
    to,
    read: async (take) => {
      try {
        return await fetchBuckets({ ...about, from, to, providers, now: Date.now() }, lag, signal, take);
      } finally {
        await Promise.all([...providers.values()].map(async (provider) => provider.close()));
      }
    },
  };
}

function policyOf(slo: Slo, flags: ReplayFlags): Policy {
  return must(resolvePolicy(slo.policy, must(parsePolicy(flags.policy))));
}

async function replay(source: Source, flags: ReplayFlags): Promise<ExitCode> {
  const { name, policy, target, bucketMs, lag, period, from, to } = source;
  const mode = must(parseMode(flags.mode));
  const minWindow = must(parseDuration(flags.minWindow, '--min-window'));
  const question: Omit<Question, 'grouped'> = { target, policy, mode, minWindow, weight: null };
  const terms: Omit<ReplayTerms, 'question'> = { slo: name, bucketMs, lag, period, from, to };
  let release: ReleaseReplay | null = null;
  const notes = await source.read((bucket, grouped) => {
    release ??= new ReleaseReplay({ ...terms, question: { ...question, grouped } });
    const look = release.next(bucket);
    if (look !== null && flags.trace === true) process.stdout.write(traceLine(look));
  });
  const summary = (
    release ?? new ReleaseReplay({ ...terms, question: { ...question, grouped: false } })
  ).summary();
  const out = flags.trace === true ? process.stderr : process.stdout;
  const about = { ...terms, target, notes };
  out.write(
    flags.json === true ? `${JSON.stringify(replayJson(summary, about))}\n` : replayText(summary, about),
  );
  return summary.firstFail === null ? exitFor(summary.last?.verdict ?? 'inconclusive') : EXIT.fail;
}

async function falseFails(source: Source, flags: ReplayFlags): Promise<ExitCode> {
  const { runs, share, seed } = aaFlags(flags);
  const { target, policy, from, to } = source;
  const tape = new StableTape();
  let grouped = false;
  const notes = await source.read((bucket, hasGroups) => {
    grouped = hasGroups;
    if ((from === null || bucket.time >= from) && (to === null || bucket.time < to)) tape.add(bucket);
  });
  if (tape.buckets === 0)
    throw new UsageError(`${source.name}: stable has no events in this span; nothing can be split`);
  const terms = { target, policy, grouped, share, seed };
  const statePath = flags.state === undefined ? {} : { statePath: flags.state };
  const outcome = await runSeries({ tape, terms, runs, ...statePath });
  const about = { name: source.name, terms, runs, tape, notes, ...statePath };
  const { signal } = outcome;
  const out = signal === null ? process.stdout : process.stderr;
  out.write(flags.json === true ? `${JSON.stringify(aaJson(outcome, about))}\n` : aaText(outcome, about));
  // Whoever sent the signal has to see that it ended us, as of any other program.
  if (signal !== null) process.kill(process.pid, signal);
  return aaJson(outcome, about).aboveAlpha === true ? EXIT.fail : EXIT.done;
}
