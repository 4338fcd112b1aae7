import {
  MAX_GROUPS,
  OTHER_GROUP,
  type Assembled,
  type AssembleOptions,
  type Reading,
} from '../core/assemble.ts';
import { findAttempt } from '../core/attempt.ts';
import type { Bucket, Cohort } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import { isInView, viewOf, type View } from '../core/look-back.ts';
import type { Observation } from '../core/observation.ts';
import type { Policy } from '../core/policy.ts';
import type { CohortMatch, Fetched, Scope } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { alignDown, lookBackStart, pieces, type Window } from '../core/window.ts';
import { askedOf, providerFor, settlingLag, type Providers } from './ask-providers.ts';
import {
  assembleInTurns,
  isBoundedAnswer,
  partOf,
  type Joined,
  type JoinOptions,
} from './assemble-in-turns.ts';
import type { BucketMemo } from './bucket-memo.ts';
import type { Turns } from './turns.ts';

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
  /** True where equal counts of a later look are the same buckets. */
  readonly isHeld: boolean;
}

/** What collecting needs of its surroundings. */
export interface CollectTools {
  readonly providers: Providers;
  readonly signal: AbortSignal;
  readonly turns: Turns;
  readonly memo: BucketMemo;
}

/** Fetches what the providers have, piece by piece backwards until the release's start is in view. */
export async function collect(ask: CollectAsk, tools: CollectTools): Promise<Collected> {
  const { slo, now } = ask;
  const lag = await settlingLag(slo, tools.providers, tools.signal);
  const end = alignDown(now - lag, slo.bucketMs);
  const reach: Window = {
    start: ask.start ?? lookBackStart(end),
    end,
    bucketMs: slo.bucketMs,
  };
  const lookedBack = await lookBack({ ...ask, settlingLag: lag }, reach, tools);
  const view = viewOf(lookedBack.seen, reach);
  const answers = lookedBack.pieces.flatMap((piece) => piece.answers);
  const observed = async (reading: Reading): Promise<Observation> =>
    observe({ ...ask, reading }, lag, view, lookedBack, tools);
  return {
    observation: await observed('kindest'),
    ...(answers.some(isBoundedAnswer) ? { harshest: await observed('harshest') } : {}),
    queriesSent: [...new Set(answers.flatMap((each) => each.queriesSent))],
    isHeld: answers.every(({ held }) => held !== undefined && !held.bounded),
  };
}

/** The answers of all providers to one piece of the look-back. */
interface Piece {
  readonly window: Window;
  readonly answers: readonly Fetched[];
}

interface LookedBack {
  /** Oldest first. */
  readonly pieces: readonly Piece[];
  /** Both cohorts as wholes, up to what the providers call settled. */
  readonly seen: readonly Bucket[];
  /** Counts from here on may still change. */
  readonly until: EpochMs;
}

async function observe(
  ask: CollectAsk & { readonly reading: Reading },
  lag: DurationMs,
  view: View,
  lookedBack: LookedBack,
  tools: CollectTools,
): Promise<Observation> {
  const { slo, now } = ask;
  const { seen, pieces: all } = lookedBack;
  const { bucketMs } = slo;
  const settled = alignDown(now - lag, bucketMs);
  const start = seen[ask.start === null ? view.first : 0]?.time ?? settled;
  const end = (seen[view.last]?.time ?? settled - bucketMs) + bucketMs;
  const window = { start, end, bucketMs };
  const joined = await joinPieces(window, ask, lookedBack, tools);
  const answers = all.flatMap((piece) => piece.answers);
  return {
    window,
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

/** The buckets of the window with their groups and pods. */
async function joinPieces(
  window: Window,
  ask: CollectAsk & { readonly reading: Reading },
  { pieces: all, until }: LookedBack,
  { memo, turns, signal }: CollectTools,
): Promise<Pick<Assembled, 'notes'> & Pick<Observation, 'buckets'>> {
  const options = joinOptions(ask, ask.slo.breakdown !== undefined, ask.reading);
  const joined: Joined[] = [];
  for (const { window: piece, answers } of all) {
    const part = {
      ...window,
      start: Math.max(window.start, piece.start),
      end: Math.min(window.end, piece.end),
    };
    if (part.start < part.end)
      joined.push(await memo.join(memoKey(ask, memo, options), part, answers, options, [turns, signal]));
  }
  // Which groups are pooled must not depend on the pieces: then, and only then, over the whole window at once.
  const { buckets, notes } =
    joined.length > 1 && isPooled(joined)
      ? await assembleInTurns(window, partOf(all.flatMap((each) => each.answers)), options, [turns, signal])
      : { buckets: inARow(joined), notes: [...new Set(joined.flatMap((each) => each.notes))] };
  return { buckets: cutAt(until, buckets), notes };
}

function isPooled(joined: readonly Joined[]): boolean {
  const groups = new Set<string>();
  for (const set of new Set(joined.map((each) => each.groups))) for (const group of set) groups.add(group);
  return groups.size > MAX_GROUPS || groups.has(OTHER_GROUP);
}

/** The buckets of all pieces; those of a single one as they are. */
function inARow(joined: readonly Assembled[]): readonly Bucket[] {
  const [only] = joined;
  return only !== undefined && joined.length === 1 ? only.buckets : joined.flatMap((each) => each.buckets);
}

/** Counts from `until` on may still change. A bucket cut off stays as a hole, so that the view's end is the window's. */
function cutAt(until: EpochMs, buckets: readonly Bucket[]): readonly Bucket[] {
  const newest = buckets.at(-1);
  if (newest === undefined || newest.time < until) return buckets;
  return buckets.map((bucket) => (bucket.time < until ? bucket : holeAt(bucket.time)));
}

/** Names what is asked, whatever the window. */
export function memoKey(
  { slo, cohorts, scope }: Pick<CollectAsk, 'slo' | 'cohorts' | 'scope'>,
  memo: BucketMemo,
  options: object = {},
): string {
  return JSON.stringify([memo.idOf(slo), cohorts, scope, options]);
}

function holeAt(time: EpochMs): Bucket {
  return { time, canary: null, stable: null };
}

/** Fetches backwards, newest piece first, until looking further back could not move the start. */
async function lookBack(
  ask: CollectAsk & { readonly settlingLag: DurationMs },
  reach: Window,
  tools: CollectTools,
): Promise<LookedBack> {
  const { providers, signal, turns, memo } = tools;
  const options = joinOptions(ask, false, 'kindest');
  const found: Piece[] = [];
  let seen: readonly Bucket[] = [];
  for (const window of pieces(reach)) {
    const answers = await fetchAll({ ...ask, settledBefore: reach.end }, window, providers, signal);
    found.unshift({ window, answers });
    const joined = await memo.join(memoKey(ask, memo, options), window, answers, options, [turns, signal]);
    seen = seen.length === 0 ? joined.buckets : [...joined.buckets, ...seen];
    if (ask.start === null && isInView(seen, findAttempt(seen), reach.bucketMs)) break;
  }
  const until = Math.min(
    Infinity,
    ...found.flatMap(({ answers }) => answers.map((each) => each.settledUntil ?? Infinity)),
  );
  return { pieces: found, seen: cutAt(until, seen), until };
}

/** Always in the same order, so that equal options make equal keys. */
function joinOptions({ slo, policy }: CollectAsk, grouped: boolean, reading: Reading): JoinOptions {
  return {
    exclude: policy['breakdown.exclude'],
    counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
    grouped,
    reading,
  };
}

/** The pods of all answers, as `assemble` wants them. */
export function podsIn(answers: readonly Fetched[]): Pick<AssembleOptions, 'podSplit'> {
  const podSplit = answers.flatMap((each) => each.podSplit ?? []);
  return podSplit.length === 0 ? {} : { podSplit };
}

/** Counts of all providers of the SLO for one piece; the roles may come from different ones. */
export async function fetchAll(
  ask: Pick<CollectAsk, 'slo' | 'cohorts' | 'scope'> & {
    readonly settledBefore?: EpochMs;
    readonly settlingLag?: DurationMs;
  },
  window: Window,
  providers: Providers,
  signal: AbortSignal,
): Promise<Fetched[]> {
  const { slo, cohorts, scope, settledBefore, settlingLag: lag } = ask;
  const labels = {
    ...(slo.breakdown === undefined ? {} : { groupBy: slo.breakdown }),
    ...(slo.podLabel === undefined ? {} : { podLabel: slo.podLabel }),
    ...(settledBefore === undefined ? {} : { settledBefore }),
    ...(lag === undefined ? {} : { settlingLag: lag }),
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

/** A metric that is settled in our future was stamped by another clock. */
function isAhead(answers: readonly Fetched[], { clock, slo }: CollectAsk): boolean {
  return answers.some((each) => each.settledUntil !== undefined && each.settledUntil > clock + slo.bucketMs);
}
