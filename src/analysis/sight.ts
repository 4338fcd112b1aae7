import { MAX_GROUPS, OTHER_GROUP, type Assembled, type Reading } from '../core/assemble.ts';
import { findAttempt } from '../core/attempt.ts';
import { holeAt, type Bucket } from '../core/counts.ts';
import { isInView, viewOf } from '../core/look-back.ts';
import type { Policy } from '../core/policy.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import { pieces, type Window } from '../core/window.ts';
import type { Providers } from './ask-providers.ts';
import {
  assembleInTurns,
  isBoundedAnswer,
  partOf,
  type Joined,
  type JoinOptions,
} from './assemble-in-turns.ts';
import { memoKey, type BucketMemo } from './bucket-memo.ts';
import { fetchAll, type Asked } from './fetch-all.ts';
import { Remembered, type Piece, type Reach, type Seen, type Sight } from './remembered.ts';
import type { Turns } from './turns.ts';

/** What is to be seen of one SLO. */
export interface SightAsk extends Asked {
  readonly policy: Policy;
  readonly settlingLag: DurationMs;
}

/** What collecting needs of its surroundings. */
export interface CollectTools {
  readonly providers: Providers;
  readonly signal: AbortSignal;
  readonly turns: Turns;
  readonly memo: BucketMemo;
}

/**
 * What the providers have, as far back as there is need. Where they give the very answers of an earlier look, so does
 * this: of the analyses of one release, which look in the same minute, one does the work.
 */
export async function see(ask: SightAsk, reach: Reach, tools: CollectTools): Promise<Sight> {
  const { memo } = tools;
  const key = memoKey(ask, memo, joinOptions(ask, ask.slo.breakdown !== undefined, 'kindest'));
  const before = memo.remembered(key);
  const found = await lookBack(ask, reach, tools, before?.isOf(reach) === true ? before : null);
  if (!('pieces' in found)) return found;
  const sight = await sightOf(ask, reach, found, tools);
  if (sight.isHeld) memo.remember(key, new Remembered(sight, reach, found.pieces));
  return sight;
}

interface LookedBack {
  /** Oldest first. */
  readonly pieces: readonly Piece[];
  /** Both cohorts as wholes, up to what the providers call settled. */
  readonly seen: readonly Bucket[];
  /** Counts from here on may still change. */
  readonly until: EpochMs;
}

/**
 * Fetches backwards, newest piece first, until looking further back could not move the start.
 *
 * @param known an earlier sight with the same reach, which is the result if all answers are the ones it was made of
 */
async function lookBack(
  ask: SightAsk,
  { window: reach, start }: Reach,
  tools: CollectTools,
  known: Remembered | null,
): Promise<LookedBack | Sight> {
  const found: Piece[] = [];
  let seen: readonly Bucket[] = [];
  /** How many pieces, from the newest on, are in `seen`. */
  let joined = 0;
  let same = known;
  for (const window of pieces(reach)) {
    const answers = await fetchAll(
      { ...ask, settledBefore: reach.end },
      window,
      tools.providers,
      tools.signal,
    );
    if (same?.has(found.length, answers) === false) same = null;
    found.unshift({ window, answers });
    if (same !== null) {
      if (found.length === same.pieces) return same.sight;
      continue;
    }
    const older = await wholes(ask, found.slice(0, found.length - joined), tools);
    seen = joined === 0 ? older : [...older, ...seen];
    joined = found.length;
    if (start === null && isInView(seen, findAttempt(seen), reach.bucketMs)) break;
  }
  const until = Math.min(
    Infinity,
    ...found.flatMap(({ answers }) => answers.map((each) => each.settledUntil ?? Infinity)),
  );
  return { pieces: found, seen: cutAt(until, seen), until };
}

/** Both cohorts as wholes, in some pieces. */
async function wholes(
  ask: SightAsk,
  some: readonly Piece[],
  { memo, turns, signal }: CollectTools,
): Promise<readonly Bucket[]> {
  const options = joinOptions(ask, false, 'kindest');
  const key = memoKey(ask, memo, options);
  const joined: Joined[] = [];
  for (const { window, answers } of some)
    joined.push(await memo.join(key, window, answers, options, [turns, signal]));
  return inARow(joined);
}

async function sightOf(ask: SightAsk, reach: Reach, found: LookedBack, tools: CollectTools): Promise<Sight> {
  const { bucketMs, end: settled } = reach.window;
  const view = viewOf(found.seen, reach.window);
  const start = found.seen[reach.start === null ? view.first : 0]?.time ?? settled;
  const end = (found.seen[view.last]?.time ?? settled - bucketMs) + bucketMs;
  const window = { start, end, bucketMs };
  const answers = found.pieces.flatMap((piece) => piece.answers);
  const reading = async (which: Reading): Promise<Seen> => joinPieces(window, ask, which, found, tools);
  return {
    window,
    attempt: view.attempt,
    seen: await reading('kindest'),
    ...(answers.some(isBoundedAnswer) ? { harshest: await reading('harshest') } : {}),
    queriesSent: [...new Set(answers.flatMap((each) => each.queriesSent))],
    settledUntil: Math.max(-Infinity, ...answers.map((each) => each.settledUntil ?? -Infinity)),
    isHeld: answers.every(({ held }) => held !== undefined && !held.bounded),
  };
}

/** The buckets of the window with their groups and pods. */
async function joinPieces(
  window: Window,
  ask: SightAsk,
  reading: Reading,
  { pieces: all, until }: LookedBack,
  { memo, turns, signal }: CollectTools,
): Promise<Seen> {
  const options = joinOptions(ask, ask.slo.breakdown !== undefined, reading);
  const key = memoKey(ask, memo, options);
  const joined: Joined[] = [];
  for (const { window: piece, answers } of all) {
    const part = {
      ...window,
      start: Math.max(window.start, piece.start),
      end: Math.min(window.end, piece.end),
    };
    if (part.start < part.end) joined.push(await memo.join(key, part, answers, options, [turns, signal]));
  }
  const given = all.flatMap((each) => each.answers);
  // Which groups are pooled must not depend on the pieces: then, and only then, over the whole window at once.
  const { buckets, notes } =
    joined.length > 1 && isPooled(joined)
      ? await assembleInTurns(window, partOf(given, window), options, [turns, signal])
      : { buckets: inARow(joined), notes: [...new Set(joined.flatMap((each) => each.notes))] };
  return {
    buckets: cutAt(until, buckets),
    notes: [...new Set([...given.flatMap((each) => each.notes), ...notes])],
  };
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

/** Always in the same order, so that equal options make equal keys. */
function joinOptions({ slo, policy }: SightAsk, grouped: boolean, reading: Reading): JoinOptions {
  return {
    exclude: policy['breakdown.exclude'],
    counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
    grouped,
    reading,
  };
}
