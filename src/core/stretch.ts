import { NO_EVENTS, total, type Bucket } from './counts.ts';
import { useOf } from './trial.ts';
import { MINUTE, type DurationMs } from './units.ts';

/** Newest stretch that says how things are now. */
const RECENT: DurationMs = 15 * MINUTE;
/** Buckets in a row from which a share, or a missing baseline, is a fact and not a blip. */
export const RUN = 3;

/** Running summary of a window: what the conditions ask of it, in memory that does not grow with it. */
export class Stretch {
  readonly #recentSize: number;
  #size = 0;
  #covered = 0;
  #flaws = 0;
  #firstFlaw: string | null = null;
  readonly #recent: Bucket[] = [];
  readonly #busy: Bucket[] = [];
  readonly #canaryActive: Bucket[] = [];

  constructor(bucketMs: DurationMs) {
    this.#recentSize = Math.max(1, Math.ceil(RECENT / bucketMs));
  }

  static of(buckets: readonly Bucket[], bucketMs: DurationMs): Stretch {
    const stretch = new Stretch(bucketMs);
    for (const bucket of buckets) stretch.absorb(bucket);
    return stretch;
  }

  /** Buckets in the window, holes included. */
  get size(): number {
    return this.#size;
  }
  /** Buckets with data of either cohort. */
  get covered(): number {
    return this.#covered;
  }
  get flaws(): number {
    return this.#flaws;
  }
  get firstFlaw(): string | null {
    return this.#firstFlaw;
  }
  /** The newest 15 minutes. */
  get recent(): readonly Bucket[] {
    return this.#recent;
  }
  /** The newest three buckets with events of either cohort. */
  get busy(): readonly Bucket[] {
    return this.#busy;
  }
  /** The newest three buckets with canary events. */
  get canaryActive(): readonly Bucket[] {
    return this.#canaryActive;
  }

  absorb(bucket: Bucket): void {
    const use = useOf(bucket);
    this.#size += 1;
    if (use !== 'uncovered') this.#covered += 1;
    if (bucket.flaw !== undefined) {
      this.#flaws += 1;
      this.#firstFlaw ??= bucket.flaw;
    }
    addNewest(this.#recent, bucket, this.#recentSize);
    if (use === 'uncovered' || use === 'idle') return;
    addNewest(this.#busy, bucket, RUN);
    if (total(bucket.canary ?? NO_EVENTS) > 0) addNewest(this.#canaryActive, bucket, RUN);
  }
}

function addNewest(buckets: Bucket[], bucket: Bucket, most: number): void {
  buckets.push(bucket);
  if (buckets.length > most) buckets.shift();
}
