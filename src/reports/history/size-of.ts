import type { Measurement } from '../../core/recorder.ts';

/** Bytes that an object of a few numbers takes in memory, rounded up. */
const CELL = 200;
const HEAD = 2000;

/** About how much memory a measurement holds. Looks at one bucket in sixteen: it is asked while a verdict waits. */
export function sizeOf({ judged, reason }: Measurement): number {
  if (judged === undefined) return HEAD + reason.length;
  const { buckets } = judged.observation;
  let cells = 0;
  for (let at = 0; at < buckets.length; at += 16)
    cells += 16 * (1 + (buckets[at]?.groups?.size ?? 0) + (buckets[at]?.pods?.size ?? 0));
  return HEAD + reason.length + CELL * cells;
}
