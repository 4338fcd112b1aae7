import { assemble, isBounded, MAX_GROUPS, type Assembled, type AssembleOptions } from '../core/assemble.ts';
import type { Bucket } from '../core/counts.ts';
import type { Fetched, PodSeries, Points, Series } from '../core/provider.ts';
import { HOUR, type EpochMs } from '../core/units.ts';
import { alignDown, type Window } from '../core/window.ts';
import type { Turns } from './turns.ts';

/** How buckets are joined; the counts by pod come out of the answers. */
export type JoinOptions = Omit<AssembleOptions, 'podSplit'>;

/** Buckets, and all groups that they have; there may be more. */
export interface Joined extends Assembled {
  readonly groups: Iterable<string>;
}

/** Looks at all buckets for their groups. */
export function withGroups(assembled: Assembled): Joined {
  const groups = new Set<string>();
  for (const bucket of assembled.buckets) for (const group of bucket.groups?.keys() ?? []) groups.add(group);
  return { ...assembled, groups };
}

type Part = Pick<Fetched, 'series' | 'podSplit'>;

/**
 * The counts of a span in all answers, made anew where they are held; an answer that holds nothing gives all that it has.
 */
export function partOf(answers: readonly Fetched[], { start, end }: Window): Part {
  const parts: Part[] = answers.map((answer) => answer.held?.between(start, end) ?? answer);
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && only.podSplit?.length !== 0) return only;
  const podSplit = parts.flatMap((part) => part.podSplit ?? []);
  return {
    series: parts.flatMap((part) => part.series),
    ...(podSplit.length === 0 ? {} : { podSplit }),
  };
}

/** Below this many points one turn is enough. */
const ONE_TURN = 20_000;

/** As `assemble`, an hour a turn where there is much; which groups are pooled is seen over all hours first. */
export async function assembleInTurns(
  window: Window,
  { series, podSplit }: Part,
  options: JoinOptions,
  [turns, signal]: readonly [Turns, AbortSignal],
): Promise<Assembled> {
  const points = series.reduce((sum, each) => sum + each.points.length, 0);
  const groups = new Set(series.map(({ group }) => group ?? ''));
  const all = { ...options, ...(podSplit === undefined ? {} : { podSplit }) };
  if (points <= ONE_TURN || (options.grouped && groups.size > MAX_GROUPS))
    return assemble(window, series, all);
  const seriesByHour = byHour(series);
  const podsByHour = byHour(podSplit ?? []);
  const buckets: Bucket[] = [];
  const notes = new Set<string>();
  for (let start = window.start; start < window.end;) {
    const hour = alignDown(start, Math.max(HOUR, window.bucketMs));
    const end = Math.min(window.end, hour + Math.max(HOUR, window.bucketMs));
    const pods = podsByHour.get(hour);
    const joined = assemble({ ...window, start, end }, seriesByHour.get(hour) ?? [], {
      ...options,
      ...(pods === undefined ? {} : { podSplit: pods }),
    });
    buckets.push(...joined.buckets);
    for (const note of joined.notes) notes.add(note);
    await turns.pause(signal);
    start = end;
  }
  return { buckets, notes: [...notes] };
}

/** The same lines cut by hour. */
function byHour<Line extends Series | PodSeries>(lines: readonly Line[]): Map<EpochMs, Line[]> {
  const hours = new Map<EpochMs, Line[]>();
  for (const line of lines) {
    const cut = cutByHour(line.points);
    const most = 'atMost' in line && line.atMost !== undefined ? cutByHour(line.atMost) : null;
    for (const [hour, points] of cut) {
      const lineOfHour = { ...line, points, ...(most === null ? {} : { atMost: most.get(hour) ?? [] }) };
      const known = hours.get(hour);
      if (known === undefined) hours.set(hour, [lineOfHour]);
      else known.push(lineOfHour);
    }
  }
  return hours;
}

function cutByHour(points: Points): Map<EpochMs, [EpochMs, number][]> {
  const hours = new Map<EpochMs, [EpochMs, number][]>();
  for (const [time, events] of points) {
    const hour = alignDown(time, HOUR);
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, [[time, events]]);
    else known.push([time, events]);
  }
  return hours;
}

/** Whether an answer holds counts of which only bounds are known, without making its series. */
export function isBoundedAnswer(answer: Fetched): boolean {
  return answer.held?.bounded ?? isBounded(answer.series);
}
