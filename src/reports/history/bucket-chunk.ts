import type { Bucket, Events, Pair } from '../../core/counts.ts';
import type { DurationMs } from '../../core/units.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

/**
 * Buckets of one chunk. Chunks lie on a fixed grid, so that the looks of an analysis, each of which sees the same
 * settled buckets and a few more, share all chunks but the newest: those are kept once.
 */
const CHUNK = 16;

/** Cuts the buckets of a window, oldest first, into chunks of the grid. */
export function chunksOf(buckets: readonly Bucket[], bucketMs: DurationMs): (readonly Bucket[])[] {
  const chunks: Bucket[][] = [];
  let place = Number.NaN;
  for (const bucket of buckets) {
    const own = Math.floor(bucket.time / bucketMs / CHUNK);
    if (own === place) chunks.at(-1)?.push(bucket);
    else chunks.push([bucket]);
    place = own;
  }
  return chunks;
}

/** [canary good, canary bad, stable good, stable bad]; a cohort without data has null twice. */
type Cells = [number | null, number | null, number | null, number | null];
/**
 * A bucket, its groups by their place in the chunk's list of names, and whatever else it carries as tagged JSON of
 * its own: the rest is plain numbers, which JSON writes ten times faster without looking for tags.
 */
type Row = [time: number, cells: Cells, groups?: [number, ...Cells][] | null, rest?: string];

/** The text of a chunk: the same for the same buckets. */
export function encodeChunk(buckets: readonly Bucket[]): string {
  const names = new Map<string, number>();
  const rows = buckets.map(({ time, canary, stable, groups, ...rest }): Row => {
    const row: Row = [time, cellsOf({ canary, stable })];
    const hasRest = Object.keys(rest).length > 0;
    if (groups !== undefined || hasRest) row.push(groups === undefined ? null : grouped(groups, names));
    if (hasRest) row.push(toTaggedJson(rest));
    return row;
  });
  return JSON.stringify([[...names.keys()], rows]);
}

export function decodeChunk(text: string): Bucket[] {
  const [names, rows] = JSON.parse(text) as [string[], Row[]];
  return rows.map(([time, cells, groups, rest]) => ({
    time,
    ...pairOf(cells),
    ...(groups === undefined || groups === null
      ? {}
      : { groups: new Map(groups.map(([name, ...own]) => [names[name] ?? '', pairOf(own)])) }),
    ...(rest === undefined ? {} : (fromTaggedJson(rest) as Partial<Bucket>)),
  }));
}

function grouped(groups: ReadonlyMap<string, Pair>, names: Map<string, number>): [number, ...Cells][] {
  return [...groups].map(([name, pair]) => {
    const place = names.get(name) ?? names.size;
    names.set(name, place);
    return [place, ...cellsOf(pair)];
  });
}

function cellsOf({ canary, stable }: Pair): Cells {
  return [canary?.good ?? null, canary?.bad ?? null, stable?.good ?? null, stable?.bad ?? null];
}

function pairOf([canaryGood, canaryBad, stableGood, stableBad]: Cells): Pair {
  return { canary: eventsOf(canaryGood, canaryBad), stable: eventsOf(stableGood, stableBad) };
}

function eventsOf(good: number | null, bad: number | null): Events | null {
  return good === null || bad === null ? null : { good, bad };
}
