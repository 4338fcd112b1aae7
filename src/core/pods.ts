import { total, type Events } from './counts.ts';

/** More pods than this are not told apart: their names come from outside. */
const MAX_PODS = 500;
/** One pod carries the trouble from this share of the bad events ... */
const MOST = 0.8;
/** ... with no more than this share of the traffic ... */
const HALF = 0.5;
/** ... and at least this many bad events: fewer gather by chance. */
const ENOUGH = 10;

/** One pod of several that has nearly all of the canary's bad events: a bad node, or a bad release? */
export interface Concentration {
  readonly pod: string;
  /** Pods of the canary that were seen. */
  readonly pods: number;
  /** Share of the canary's bad events on that pod. */
  readonly share: number;
}

/** Sums the canary's counts by pod. */
export class PodLedger {
  readonly #pods = new Map<string, { good: number; bad: number }>();

  absorb(pods: ReadonlyMap<string, Events> | undefined): void {
    for (const [name, { good, bad }] of pods ?? []) {
      const sums = this.#pods.get(name) ?? { good: 0, bad: 0 };
      sums.good += good;
      sums.bad += bad;
      if (this.#pods.size < MAX_PODS) this.#pods.set(name, sums);
    }
  }

  get concentration(): Concentration | null {
    let bad = 0;
    let events = 0;
    let worst: { readonly pod: string; readonly bad: number; readonly events: number } | null = null;
    for (const [pod, sums] of this.#pods) {
      bad += sums.bad;
      events += total(sums);
      if (worst === null || sums.bad > worst.bad) worst = { pod, bad: sums.bad, events: total(sums) };
    }
    if (worst === null || bad < ENOUGH || worst.bad < MOST * bad || worst.events > HALF * events) return null;
    return { pod: worst.pod, pods: this.#pods.size, share: worst.bad / bad };
  }
}
