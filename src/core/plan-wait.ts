import { MINUTE, type DurationMs, type Ratio } from './units.ts';

/** What simulated releases say of a waiting time. */
export interface Wait {
  readonly runs: number;
  /** Share of runs in which it came within the horizon. */
  readonly share: Ratio;
  /** Mean; runs in which it did not come count as the horizon, so below a share of 1 it is "at least". */
  readonly meanMinutes: number;
  /** Null where it did not come in more than 5% of the runs. */
  readonly p95Minutes: number | null;
}

/** Every run's time, null where it did not come within the horizon. */
export interface Times {
  readonly times: readonly (DurationMs | null)[];
  readonly horizon: DurationMs;
}

/** Standard errors of the mean stay near 2% where proofs come fast, and near 5% at the horizon. */
const MOST_RUNS = 400;
const FEWEST_RUNS = 60;
/** Time simulated for one row, after which it has to do: about 0.1 s for a watch, which costs 5 us a minute. */
const WORK: DurationMs = 20_000 * MINUTE;
/** The same for a gate, which is asked at every look: 25 us a minute. */
export const GATE_WORK: DurationMs = 6_000 * MINUTE;
/** Not once in this many: what is rarer than one in ten is "not within the horizon" to those who wait. */
const HOPELESS_RUNS = 30;

/** Simulates until the mean is known well enough; the same runs give the same times. */
export function simulate(
  horizon: DurationMs,
  run: (stream: number) => DurationMs | null,
  most: DurationMs = WORK,
): Times {
  const times: (DurationMs | null)[] = [];
  let work = 0;
  let hits = 0;
  while (times.length < MOST_RUNS) {
    const time = run(times.length);
    times.push(time);
    if (time !== null) hits += 1;
    work += time ?? horizon;
    if (hits === 0 && times.length >= HOPELESS_RUNS) break;
    if (work >= most && times.length >= FEWEST_RUNS) break;
  }
  return { times, horizon };
}

export function waitOf({ times, horizon }: Times): Wait {
  const sorted = times.map((time) => time ?? Infinity).toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Infinity;
  return {
    runs: sorted.length,
    share: times.filter((time) => time !== null).length / sorted.length,
    meanMinutes: mean(times.map((time) => (time ?? horizon) / MINUTE)),
    p95Minutes: p95 === Infinity ? null : p95 / MINUTE,
  };
}

/** Share of the runs in which it came by then. */
export function shareBy({ times }: Times, then: DurationMs): Ratio {
  return times.filter((time) => time !== null && time <= then).length / times.length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Runs, and misses among them, from which "in 19 of 20 releases" is said. */
const SURE_RUNS = 60;
const SURE_MISSES = 3;

/** Whether it comes in 95% of the runs; gives up at the first run that rules it out. */
export function isSure(run: (stream: number) => DurationMs | null): boolean {
  let misses = 0;
  for (let stream = 0; stream < SURE_RUNS; stream += 1) {
    if (run(stream) === null) misses += 1;
    if (misses > SURE_MISSES) return false;
  }
  return true;
}
