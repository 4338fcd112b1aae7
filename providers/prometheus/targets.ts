import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import type { Line } from './line.ts';

/**
 * What the series of one process tell together: when it was read, and when it began anew. A single counter may have
 * grown past its old value by the next scrape, and an error counter is not even there until the first error. But when
 * all counters of a process begin at zero, their sum falls, or at least one of them to half of what it was. A smaller
 * fall of one counter (replicas with different clocks) is its own affair.
 */
export class Targets {
  readonly #reads = new Map<string, EpochMs[]>();
  readonly #restarts = new Map<string, EpochMs[]>();

  /** @param reach longest time between two samples of one series that are still neighbours */
  constructor(lines: readonly Line[], reach: DurationMs) {
    for (const [target, own] of Map.groupBy(lines, (line) => line.target)) {
      const changes = new Map<EpochMs, { sum: number; hasHalved: boolean }>();
      for (const { samples } of own) {
        samples.forEach(({ time, all }, index) => {
          const change = changes.get(time) ?? { sum: 0, hasHalved: false };
          changes.set(time, change);
          const before = samples[index - 1];
          if (before === undefined || time - before.time > reach) return;
          change.sum += all - before.all;
          change.hasHalved ||= all < before.all && all <= before.all / 2;
        });
      }
      const sorted = [...changes].toSorted(([a], [b]) => a - b);
      this.#reads.set(
        target,
        sorted.map(([time]) => time),
      );
      this.#restarts.set(
        target,
        sorted.flatMap(([time, { sum, hasHalved }]) => (sum < 0 || hasHalved ? [time] : [])),
      );
    }
  }

  /** Whether any series of the process was read in [from, to). */
  wasRead(target: string, from: EpochMs, to: EpochMs): boolean {
    const times = this.#reads.get(target) ?? [];
    const next = times[firstAtLeast(times, from)];
    return next !== undefined && next < to;
  }

  /** Whether the process began anew between two reads: a restart shows in (after, upTo]. */
  restarted(target: string, after: EpochMs, upTo: EpochMs): boolean {
    return (this.#restarts.get(target) ?? []).some((time) => time > after && time <= upTo);
  }
}

/** Index of the first time that is not before `least`; times ascend. */
function firstAtLeast(times: readonly EpochMs[], least: EpochMs): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
