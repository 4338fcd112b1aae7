import { formatDuration, type EpochMs } from '../../src/core/units.ts';
import { bucketCount, type Window } from '../../src/core/window.ts';
import { garbled } from './fault.ts';

/** From so many times on, a coarser grid is no accident of quiet traffic. */
const ENOUGH_TIMES = 4;

/**
 * Whether the times of an answer lie on the grid that was asked for. Datadog may enlarge the interval without saying
 * so, and the answer names none: then all times are multiples of the larger one. Times without data are left out of
 * an answer, so gaps mean nothing. Throws `ProviderError`.
 */
export function checkGrid(times: readonly number[], window: Window): void {
  const { bucketMs } = window;
  if (times.some((time) => !Number.isSafeInteger(time))) throw garbled('has a time that is no time');
  if (new Set(times).size < times.length) throw garbled('has the same time twice');
  const inside = times.filter((time) => isInside(time, window));
  const odd = inside.find((time) => time % bucketMs !== 0);
  if (odd !== undefined) {
    throw garbled(`is not in buckets of ${formatDuration(bucketMs)}: it has ${new Date(odd).toISOString()}`);
  }
  const step = commonStep(inside.map((time) => time / bucketMs));
  if (step <= 1 || inside.length < ENOUGH_TIMES || bucketCount(window) < 2 * ENOUGH_TIMES) return;
  throw garbled(
    `is in buckets of ${formatDuration(step * bucketMs)} instead of the ${formatDuration(bucketMs)} asked for`,
    'Lower BURNGATE_DATADOG_MAX_POINTS; if the service really has events only so often, widen burngate.io/bucket.',
  );
}

/** False for what lies outside the window: the buckets across its borders are partial. */
export function isInside(time: EpochMs, { start, end }: Window): boolean {
  return time >= start && time < end;
}

/** Greatest common divisor of whole numbers; 0 for none. */
function commonStep(numbers: readonly number[]): number {
  let common = 0;
  for (const number of numbers) {
    let [a, b] = [common, number];
    while (b !== 0) [a, b] = [b, a % b];
    common = a;
  }
  return common;
}

/** Cuts a window into pieces of at most so many buckets, oldest first. */
export function inPieces(window: Window, maxPoints: number): Window[] {
  const cut: Window[] = [];
  const step = maxPoints * window.bucketMs;
  for (let { start } = window; start < window.end; start += step) {
    cut.push({ ...window, start, end: Math.min(window.end, start + step) });
  }
  return cut;
}
