import { createHash } from 'node:crypto';
import { NO_EVENTS, type Bucket, type Events, type Pair } from '../core/counts.ts';
import { sampleBinomial } from '../core/stats/binomial.ts';
import type { Random } from '../core/stats/random.ts';
import type { EpochMs, Ratio } from '../core/units.ts';

/** Cells of all buckets and groups, 20 bytes each: a day of minutes with 500 groups fits. */
const MOST_CELLS = 2_000_000;

/** Stable's counts are more than is held at once. */
export class TapeTooLong extends Error {
  override readonly name = 'TapeTooLong';
}

/** Stable's events by bucket and group, in columns of numbers, to be split at random again and again. */
export class StableTape {
  readonly #times: EpochMs[] = [];
  /** Index of each bucket's first cell. */
  readonly #starts: number[] = [];
  readonly #groups: number[] = [];
  readonly #good: number[] = [];
  readonly #bad: number[] = [];
  readonly #names: string[] = [];
  readonly #indexOf = new Map<string, number>();

  /** Buckets with events of stable. */
  get buckets(): number {
    return this.#times.length;
  }

  get events(): Events {
    const sum = (column: readonly number[]): number => column.reduce((all, each) => all + each, 0);
    return { good: sum(this.#good), bad: sum(this.#bad) };
  }

  /** Takes the next bucket; fractional counts are rounded, because an event cannot be split. */
  add(bucket: Bucket): void {
    const cells = bucket.groups ?? new Map([['', bucket]]);
    const start = this.#good.length;
    for (const [group, { stable }] of cells) {
      const { good, bad } = stable ?? NO_EVENTS;
      if (Math.round(good) + Math.round(bad) === 0) continue;
      this.#groups.push(this.#indexFor(group));
      this.#good.push(Math.round(good));
      this.#bad.push(Math.round(bad));
    }
    if (this.#good.length === start) return;
    if (this.#good.length > MOST_CELLS)
      throw new TapeTooLong(
        `stable has more than ${String(MOST_CELLS)} counts (buckets times groups); use a shorter span or wider buckets`,
      );
    this.#times.push(bucket.time);
    this.#starts.push(start);
  }

  #indexFor(group: string): number {
    const known = this.#indexOf.get(group);
    if (known !== undefined) return known;
    this.#indexOf.set(group, this.#names.length);
    return this.#names.push(group) - 1;
  }

  /** One random split: each event goes to the canary with chance `share`, whatever it is and did. */
  *split(share: Ratio, random: Random, grouped: boolean): Generator<Bucket> {
    for (const [index, time] of this.#times.entries()) {
      const groups = new Map<string, Pair>();
      const canary = { good: 0, bad: 0 };
      const stable = { good: 0, bad: 0 };
      const end = this.#starts[index + 1] ?? this.#good.length;
      for (let cell = this.#starts[index] ?? end; cell < end; cell += 1) {
        const drawn = {
          good: sampleBinomial(random, this.#good[cell] ?? 0, share),
          bad: sampleBinomial(random, this.#bad[cell] ?? 0, share),
        };
        const rest = { good: (this.#good[cell] ?? 0) - drawn.good, bad: (this.#bad[cell] ?? 0) - drawn.bad };
        addTo(canary, drawn);
        addTo(stable, rest);
        if (grouped) groups.set(this.#names[this.#groups[cell] ?? 0] ?? '', { canary: drawn, stable: rest });
      }
      yield grouped ? { time, canary, stable, groups } : { time, canary, stable };
    }
  }

  /** The same for the same counts, and for no others. */
  digest(): string {
    const hash = createHash('sha256').update(JSON.stringify(this.#names));
    for (const column of [this.#times, this.#starts, this.#groups, this.#good, this.#bad])
      hash.update(JSON.stringify([column.length])).update(Float64Array.from(column));
    return hash.digest('hex');
  }
}

function addTo(sum: { good: number; bad: number }, events: Events): void {
  sum.good += events.good;
  sum.bad += events.bad;
}
