import { assemble, isBounded, type AssembleOptions, type Reading } from '../core/assemble.ts';
import { findAttempt } from '../core/attempt.ts';
import { ROLES, type Bucket, type Cohort, type Role } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import { isInView, viewOf, type View } from '../core/look-back.ts';
import type { Observation } from '../core/observation.ts';
import type { Policy } from '../core/policy.ts';
import type { AnyProvider, CohortMatch, Fetched, Points, Scope, Series } from '../core/provider.ts';
import { queriesOf, type Slo } from '../core/slo.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { alignDown, lookBackStart, pieces, type Window } from '../core/window.ts';

/** What is to be collected for one SLO. */
export interface CollectAsk {
  readonly slo: Slo;
  readonly policy: Policy;
  readonly cohorts: Readonly<Record<Cohort, CohortMatch | null>>;
  readonly scope: Scope;
  /** As of when. */
  readonly now: EpochMs;
  /** Our own clock, which `now` may lie behind. */
  readonly clock: EpochMs;
  /** Explicit start of the window; null: found from the counts. */
  readonly start: EpochMs | null;
}

export interface Collected {
  /** All counts as they are; of bounded ones the kindest reading. */
  readonly observation: Observation;
  /** Where counts are only bounded: their harshest reading. */
  readonly harshest?: Observation;
  readonly queriesSent: readonly string[];
}

type Providers = ReadonlyMap<string, AnyProvider>;

/** Fetches what the providers have, piece by piece backwards until the release's start is in view. */
export async function collect(
  ask: CollectAsk,
  providers: Providers,
  signal: AbortSignal,
): Promise<Collected> {
  const { slo, now } = ask;
  const lag = await settlingLag(slo, providers, signal);
  const end = alignDown(now - lag, slo.bucketMs);
  const reach: Window = {
    start: ask.start ?? lookBackStart(end),
    end,
    bucketMs: slo.bucketMs,
  };
  const lookedBack = await lookBack(ask, reach, providers, signal);
  const { answers, seen } = lookedBack;
  const observed = (reading: Reading): Observation =>
    observe({ ...ask, reading }, lag, viewOf(seen, reach), lookedBack);
  const bounded = answers.some(({ series }) => isBounded(series));
  return {
    observation: observed('kindest'),
    ...(bounded ? { harshest: observed('harshest') } : {}),
    queriesSent: [...new Set(answers.flatMap((each) => each.queriesSent))],
  };
}

interface LookedBack {
  readonly answers: readonly Fetched[];
  /** Both cohorts as wholes, up to what the providers call settled. */
  readonly seen: readonly Bucket[];
}

function observe(
  ask: CollectAsk & { readonly reading: Reading },
  lag: DurationMs,
  view: View,
  { answers, seen }: LookedBack,
): Observation {
  const { slo, now } = ask;
  const { bucketMs } = slo;
  const settled = alignDown(now - lag, bucketMs);
  const start = seen[ask.start === null ? view.first : 0]?.time ?? settled;
  const end = (seen[view.last]?.time ?? settled - bucketMs) + bucketMs;
  // Groups are told apart only now, over the whole window at once: which are pooled must not depend on the pieces.
  const grouped = slo.breakdown !== undefined;
  const joined = assemble(
    { start, end, bucketMs },
    answers.flatMap((each) => each.series),
    { ...optionsOf(ask), grouped, reading: ask.reading, ...podsIn(answers) },
  );
  return {
    window: { start, end, bucketMs },
    buckets: joined.buckets,
    dataAge: now - end,
    lag,
    canarySeen: view.attempt !== null,
    silentExpected: view.attempt?.silentExpected ?? 0,
    earlierEnded: ask.start === null ? (view.attempt?.earlierEnded ?? null) : null,
    ahead: isAhead(answers, ask),
    notes: [...new Set([...answers.flatMap((each) => each.notes), ...joined.notes])],
  };
}

/** The pods of all answers, as `assemble` wants them. */
export function podsIn(answers: readonly Fetched[]): Pick<AssembleOptions, 'podSplit'> {
  const podSplit = answers.flatMap((each) => each.podSplit ?? []);
  return podSplit.length === 0 ? {} : { podSplit };
}

/** Fetches backwards, newest piece first, until looking further back could not move the start. */
async function lookBack(
  ask: CollectAsk,
  reach: Window,
  providers: Providers,
  signal: AbortSignal,
): Promise<LookedBack> {
  const answers: Fetched[] = [];
  let seen: Bucket[] = [];
  for (const piece of pieces(reach)) {
    const fetched = await fetchAll({ ...ask, settledBefore: reach.end }, piece, providers, signal);
    answers.push(...fetched);
    const joined = assemble(
      piece,
      fetched.flatMap((each) => each.series),
      { ...optionsOf(ask), grouped: false },
    );
    seen = [...joined.buckets, ...seen];
    if (ask.start === null && isInView(seen, findAttempt(seen), reach.bucketMs)) break;
  }
  return settledPart(answers, seen);
}

/** Without what may still change. A bucket cut off stays as a hole, so that the view's end is the window's. */
function settledPart(answers: readonly Fetched[], seen: readonly Bucket[]): LookedBack {
  const until = Math.min(Infinity, ...answers.map((each) => each.settledUntil ?? Infinity));
  return {
    answers: answers.map((each) => ({
      ...each,
      series: each.series.map((one) => cutOff(one, until)),
    })),
    seen: seen.map((bucket) =>
      bucket.time < until ? bucket : { time: bucket.time, canary: null, stable: null },
    ),
  };
}

function cutOff(series: Series, until: EpochMs): Series {
  const before = (points: Points): Points => points.filter(([time]) => time < until);
  const { atMost } = series;
  return {
    ...series,
    points: before(series.points),
    ...(atMost === undefined ? {} : { atMost: before(atMost) }),
  };
}

function optionsOf({ slo, policy }: CollectAsk): Pick<AssembleOptions, 'exclude' | 'counted'> {
  return {
    exclude: policy['breakdown.exclude'],
    counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
  };
}

/** Age from which the SLO's counts no longer change: the file's word, else the slowest provider's. */
export async function settlingLag(slo: Slo, providers: Providers, signal: AbortSignal): Promise<DurationMs> {
  if (slo.settlingLag !== undefined) return slo.settlingLag;
  const lags = await Promise.all(
    askedOf(slo).map(([name, queries]) => providerFor(name, providers).settlingLag(queries, signal)),
  );
  return Math.max(...lags);
}

/** Counts of all providers of the SLO for one piece; the roles may come from different ones. */
export async function fetchAll(
  ask: Pick<CollectAsk, 'slo' | 'cohorts' | 'scope'> & { readonly settledBefore?: EpochMs },
  window: Window,
  providers: Providers,
  signal: AbortSignal,
): Promise<Fetched[]> {
  const { slo, cohorts, scope, settledBefore } = ask;
  const labels = {
    ...(slo.breakdown === undefined ? {} : { groupBy: slo.breakdown }),
    ...(slo.podLabel === undefined ? {} : { podLabel: slo.podLabel }),
    ...(settledBefore === undefined ? {} : { settledBefore }),
  };
  const fetched = await Promise.all(
    askedOf(slo).map(([name, queries]) =>
      providerFor(name, providers).fetchCounts({ queries, cohorts, scope, window, ...labels }, signal),
    ),
  );
  for (const { complete } of fetched) {
    if (complete !== true) {
      throw new ProviderError({
        code: 'provider-garbled',
        message: `the provider's answer is incomplete: ${complete.missing}`,
        remedy: 'the next look asks again',
        retryable: true,
      });
    }
  }
  return fetched;
}

type Asked = readonly [provider: string, queries: Partial<Record<Role, unknown>>];

/** The queries of an SLO, one entry a provider. */
function askedOf(slo: Slo): Asked[] {
  const byProvider = new Map<string, Partial<Record<Role, unknown>>>();
  const sources = queriesOf(slo.indicator);
  for (const role of ROLES) {
    const source = sources[role];
    if (source === undefined) continue;
    byProvider.set(source.provider, { ...byProvider.get(source.provider), [role]: source.query });
  }
  return [...byProvider];
}

function providerFor(name: string, providers: Providers): AnyProvider {
  const provider = providers.get(name);
  if (provider !== undefined) return provider;
  throw new ProviderError({
    code: 'provider-unavailable',
    message: `provider ${name} is not open`,
    remedy: 'see the log line of its start',
    retryable: true,
  });
}

/** A metric that is settled in our future was stamped by another clock. */
function isAhead(answers: readonly Fetched[], { clock, slo }: CollectAsk): boolean {
  return answers.some((each) => each.settledUntil !== undefined && each.settledUntil > clock + slo.bucketMs);
}
