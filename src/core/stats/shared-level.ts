import { binomialUpperTail } from './special.ts';

/** Stable is over its budget "beyond doubt" when a stable inside it would show this less often than 1 in 1000. */
const BEYOND_DOUBT = 0.001;
/** Buckets pooled besides the newest alone: an incident that ebbs is still one. */
const POOLED = 5;

/**
 * The null's bad fraction during a shared incident: `max(p0, margin * s_t)`, where s_t is stable's bad
 * fraction in the newest bucket, or over its last five, if stable is over p0 there beyond doubt. It depends
 * on stable's counts only, so the burn proof stays exact; without it an incident that hits both cohorts fails
 * a canary that is worse but inside its budget.
 */
export class SharedLevel {
  readonly #p0: number;
  readonly #margin: number;
  /** Ring of the pooled buckets; sums are made anew, because running ones would gather rounding. */
  readonly #bad = Array.from({ length: POOLED }, () => 0);
  readonly #events = Array.from({ length: POOLED }, () => 0);
  #next = 0;

  constructor(p0: number, margin: number) {
    this.#p0 = p0;
    this.#margin = margin;
  }

  /** Takes stable's newest bucket and returns p0_t for it. */
  next(bad: number, events: number): number {
    this.#bad[this.#next] = bad;
    this.#events[this.#next] = events;
    this.#next = (this.#next + 1) % POOLED;
    let pooledBad = 0;
    let pooledEvents = 0;
    for (let i = 0; i < POOLED; i += 1) {
      pooledBad += this.#bad[i] ?? 0;
      pooledEvents += this.#events[i] ?? 0;
    }
    if (pooledBad === 0) return this.#p0;
    const level = Math.max(this.#overBudget(bad, events), this.#overBudget(pooledBad, pooledEvents));
    return Math.max(this.#p0, this.#margin * level);
  }

  #overBudget(bad: number, events: number): number {
    // The quick test keeps the tail function away from nearly every healthy bucket.
    if (events <= 0 || bad <= events * this.#p0) return 0;
    return binomialUpperTail(bad, events, this.#p0) < BEYOND_DOUBT ? bad / events : 0;
  }
}
