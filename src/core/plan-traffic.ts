import type { Bucket, Events } from './counts.ts';
import { sampleBinomial } from './stats/binomial.ts';
import type { Random } from './stats/random.ts';
import { MINUTE, type DurationMs, type Ratio } from './units.ts';

/** One weight of the canary and how long the release stays at it. */
export interface PlanStep {
  /** Canary's share in (0, 1]. */
  readonly weight: Ratio;
  readonly dwell: DurationMs;
}

/** The canary's share of the traffic over time; the last weight stays. */
export class Schedule {
  readonly #steps: readonly PlanStep[];

  constructor(steps: readonly PlanStep[]) {
    this.#steps = steps;
  }

  /** Integral of the weight from the canary's start to `time` after it, in milliseconds of whole traffic. */
  exposure(time: DurationMs): DurationMs {
    let from = 0;
    let sum = 0;
    for (const [index, { weight, dwell }] of this.#steps.entries()) {
      const until = index === this.#steps.length - 1 ? Infinity : from + dwell;
      if (time <= from) break;
      sum += weight * (Math.min(time, until) - from);
      from = until;
    }
    return sum;
  }
}

/** What one simulated release looks like. */
export interface Scene {
  readonly schedule: Schedule;
  /** Valid events of the whole service in a minute. */
  readonly eventsPerMinute: number;
  readonly canaryBad: Ratio;
  readonly stableBad: Ratio;
}

/**
 * Buckets of one minute of a simulated release, the first of them the one in which the canary starts. The
 * release starts anywhere in it, as real ones do, so the first bucket is a partial one. Traffic is as even as
 * whole events allow; cohort and outcome of each event are drawn.
 */
export class SimulatedTraffic {
  readonly #scene: Scene;
  readonly #random: Random;
  /** Part of the first bucket that lies before the canary's start. */
  readonly offset: DurationMs;
  #index = 0;

  /** @param offset where the release starts in its first minute; left out, anywhere */
  constructor(scene: Scene, random: Random, offset: DurationMs = random() * MINUTE) {
    this.#scene = scene;
    this.#random = random;
    this.offset = offset;
  }

  next(): Bucket {
    const { schedule, eventsPerMinute, canaryBad, stableBad } = this.#scene;
    const time = this.#index * MINUTE;
    this.#index += 1;
    const from = Math.max(0, time - this.offset);
    const until = time + MINUTE - this.offset;
    const share = (schedule.exposure(until) - schedule.exposure(from)) / MINUTE;
    const whole = Math.floor(eventsPerMinute);
    const events = whole + (this.#random() < eventsPerMinute - whole ? 1 : 0);
    const canary = sampleBinomial(this.#random, events, share);
    return { time, canary: this.#draw(canary, canaryBad), stable: this.#draw(events - canary, stableBad) };
  }

  #draw(events: number, chance: Ratio): Events {
    const bad = sampleBinomial(this.#random, events, chance);
    return { good: events - bad, bad };
  }
}
