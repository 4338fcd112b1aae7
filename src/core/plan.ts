import { burnGrid, plannedBurns, smallestWhere } from './plan-burns.ts';
import {
  timeToGroupHarm,
  timeToHarm,
  timeToPass,
  FIRST_LOOK,
  type GateLooks,
  type Run,
} from './plan-runs.ts';
import type { GroupPlan, HarmPlan, Plan, PlanAsk, SafetyPlan, Spent, StepPlan } from './plan-shape.ts';
import { Schedule, type Scene } from './plan-traffic.ts';
import { GATE_WORK, isSure, mean, shareBy, simulate, waitOf, type Times, type Wait } from './plan-wait.ts';
import type { Random } from './stats/random.ts';
import { cleanEventsNeeded, unsafeFraction } from './stats/safety.ts';
import { HOUR, MINUTE, SECOND, type DurationMs, type Ratio } from './units.ts';
import type { Question } from './verdict.ts';
import { LOOK_BACK } from './window.ts';

/** Nobody waits longer for a canary; a longer schedule is followed to its end. */
const HORIZON: DurationMs = 4 * HOUR;

/**
 * How long releases of this shape must wait, by simulating them through the judge itself.
 *
 * @param randomOf a seeded source for each run; run n of every row gets stream n, so rows differ by what they
 * compare and not by luck
 */
export function plan(ask: PlanAsk, randomOf: (stream: number) => Random): Plan {
  const length = ask.steps.reduce((sum, { dwell }) => sum + dwell, 0);
  const horizon = Math.min(Math.max(HORIZON, length), LOOK_BACK);
  const budget = 1 - ask.target;
  const planner = new Planner(ask, horizon, randomOf);
  const highestBurn = 1 / budget;
  return {
    ask,
    horizon,
    highestBurn,
    stableBurn: ask.stableBad / budget,
    harm: plannedBurns(highestBurn).map((burn) => planner.harm(burn)),
    safety: planner.safety(),
    steps: planner.steps(burnGrid(highestBurn)),
    group: ask.groups === null ? null : planner.group(ask.groups),
  };
}

class Planner {
  readonly #ask: PlanAsk;
  readonly #horizon: DurationMs;
  readonly #question: Question;
  readonly #randomOf: (stream: number) => Random;
  readonly #schedule: Schedule;

  constructor(ask: PlanAsk, horizon: DurationMs, randomOf: (stream: number) => Random) {
    const { target, policy } = ask;
    this.#ask = ask;
    this.#horizon = horizon;
    this.#question = {
      target,
      policy,
      mode: 'watch',
      minWindow: 0,
      weight: null,
      grouped: ask.groups !== null,
    };
    this.#randomOf = randomOf;
    this.#schedule = new Schedule(ask.steps);
  }

  harm(burn: number): HarmPlan {
    const canaryBad = Math.min(1, burn * (1 - this.#ask.target));
    const times = simulate(this.#horizon, (stream) =>
      timeToHarm(this.#run(stream, canaryBad), this.#horizon),
    );
    const seenByStep = this.#ends().map((end) => shareBy(times, end));
    return { burn, canaryBad, wait: waitOf(times), spent: this.#spent(times, canaryBad), seenByStep };
  }

  safety(): SafetyPlan {
    const { stableBad, lag, policy, target } = this.#ask;
    let safe = 0;
    const looks = Math.max(1, Math.floor((this.#horizon - lag - FIRST_LOOK) / MINUTE) + 1);
    const times = simulate(
      this.#horizon,
      (stream) => {
        const pass = timeToPass(this.#run(stream, stableBad), { start: 0, looks });
        if (pass?.route === 'proven-safe') safe += 1;
        return pass?.time ?? null;
      },
      GATE_WORK,
    );
    const passes = times.times.filter((time) => time !== null).length;
    const limit = unsafeFraction(policy.safeBurnRate, 1 - target);
    return {
      wait: waitOf(times),
      spent: this.#spent(times, stableBad),
      safeShare: passes === 0 ? null : safe / passes,
      cleanEvents: cleanEventsNeeded(0, 0, limit, policy.beta),
    };
  }

  steps(burns: readonly number[]): StepPlan[] {
    // What one step sees, every later one sees too: the search goes on below it.
    let candidates = burns;
    return this.#ask.steps.map(({ weight, dwell }, index) => {
      const end = this.#ends()[index] ?? dwell;
      const smallest = smallestWhere(candidates, (burn) => this.#isSeen(burn, end));
      if (smallest !== null) candidates = burns.filter((burn) => burn <= smallest);
      return {
        weight,
        dwellMinutes: dwell / MINUTE,
        endMinutes: end / MINUTE,
        canaryEvents: (this.#ask.eventsPerSecond * weight * dwell) / SECOND,
        smallestBurn: smallest,
        gate: this.#gate(index, end - dwell),
      };
    });
  }

  group(groups: number): GroupPlan {
    const times = simulate(
      this.#horizon,
      (stream) => timeToGroupHarm(this.#run(stream, 1), groups, this.#horizon),
      GATE_WORK,
    );
    return { groups, wait: waitOf(times), canaryEvents: this.#canaryEvents(times) / groups };
  }

  #isSeen(burn: number, end: DurationMs): boolean {
    const canaryBad = Math.min(1, burn * (1 - this.#ask.target));
    return isSure((stream) => timeToHarm(this.#run(stream, canaryBad), end));
  }

  /** The gate of one step, the steps before it over in time, its own weight held until it has passed. */
  #gate(index: number, start: DurationMs): Wait {
    const { gateTimeout, steps, stableBad, lag } = this.#ask;
    const schedule = new Schedule(steps.slice(0, index + 1));
    const gate: GateLooks = { start, looks: Math.max(1, Math.floor(gateTimeout / MINUTE)) };
    const horizon = lag + FIRST_LOOK + (gate.looks - 1) * MINUTE;
    const times = simulate(
      horizon,
      (stream) => {
        const run = this.#run(stream, stableBad);
        const pass = timeToPass({ ...run, scene: { ...run.scene, schedule } }, gate);
        return pass === null ? null : pass.time - start;
      },
      GATE_WORK,
    );
    return waitOf(times);
  }

  #run(stream: number, canaryBad: Ratio): Run {
    const { lag } = this.#ask;
    return { question: this.#question, scene: this.#scene(canaryBad), lag, random: this.#randomOf(stream) };
  }

  #scene(canaryBad: Ratio): Scene {
    const { stableBad } = this.#ask;
    return { schedule: this.#schedule, eventsPerMinute: this.#perMinute(), canaryBad, stableBad };
  }

  #perMinute(): number {
    return (this.#ask.eventsPerSecond * MINUTE) / SECOND;
  }

  /** Ends of the steps after the canary's start. */
  #ends(): DurationMs[] {
    let end = 0;
    return this.#ask.steps.map(({ dwell }) => (end += dwell));
  }

  #canaryEvents({ times, horizon }: Times): number {
    const exposure = mean(times.map((time) => this.#schedule.exposure(time ?? horizon)));
    return (exposure / MINUTE) * this.#perMinute();
  }

  #spent(times: Times, canaryBad: Ratio): Spent {
    const { target, eventsPerSecond, period } = this.#ask;
    const badEvents = this.#canaryEvents(times) * canaryBad;
    return { badEvents, budgetShare: badEvents / ((eventsPerSecond * period * (1 - target)) / SECOND) };
  }
}
