import type { Bucket } from '../core/counts.ts';
import { IntervalTracker, type Intervals } from '../core/intervals.ts';
import type { Observation } from '../core/observation.ts';
import { Stretch } from '../core/stretch.ts';
import { Trial } from '../core/trial.ts';
import { conclude, type Judgement, type Question } from '../core/verdict.ts';
import type { Turns } from './turns.ts';

interface Entry {
  readonly trial: Trial;
  readonly stretch: Stretch;
  readonly intervals: IntervalTracker;
  /** What all three have absorbed; weak, for the counts of every bucket and group are held elsewhere, within bounds. */
  readonly absorbed: WeakRef<Bucket>[];
  /** The very list that they were last; what was checked of it need not be checked again. */
  list?: WeakRef<readonly Bucket[]>;
  bytes: number;
  /** By `performance.now`. */
  usedAt: number;
}

/** What the counts of a window come to. */
export interface Decided {
  readonly judgement: Judgement;
  readonly intervals: Intervals;
}

/** A trial without groups, each bucket that it absorbed and each group; measured with Node 24. */
const TRIAL_BYTES = 30 * 1024;
const BUCKET_BYTES = 60;
const GROUP_BYTES = 1500;

/**
 * The judge's memory of earlier looks: a look with one new bucket absorbs one bucket. What it gives equals `decide` and
 * `intervalsOf` on the whole window, since it is used only where the buckets absorbed are, object for object, the first of
 * the new window; in every other case the trial begins anew.
 */
export class TrialMemo {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Forgets everything: memory is short. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Forgets what no look has used since then, by `performance.now`: its release is over. */
  forgetUnused(since: number): void {
    for (const [oldest, { usedAt, bytes }] of this.#entries) {
      if (usedAt >= since) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }

  /** @param key names the release, the question is added to it; null: its buckets will not come again */
  async decide(
    key: string | null,
    question: Question,
    observation: Observation,
    [turns, signal]: readonly [Turns, AbortSignal],
  ): Promise<Decided> {
    const full = key === null ? null : `${key} ${JSON.stringify(question)}`;
    // Taken out while it is in use: two looks at once must not absorb the same bucket twice.
    const entry = (full === null ? null : this.#take(full, observation)) ?? begin(question, observation);
    const { buckets } = observation;
    for (let index = entry.absorbed.length; index < buckets.length; index += 1) {
      const bucket = buckets[index];
      if (bucket === undefined) continue;
      entry.trial.absorb(bucket);
      entry.stretch.absorb(bucket);
      entry.intervals.absorb(bucket);
      entry.absorbed.push(new WeakRef(bucket));
      await turns.pause(signal);
    }
    if (entry.list?.deref() !== buckets) entry.list = new WeakRef(buckets);
    const judgement = conclude(question, observation, entry.trial, entry.stretch);
    const intervals = entry.intervals.intervals();
    if (full !== null) this.#put(full, entry);
    return { judgement, intervals };
  }

  #take(key: string, { buckets }: Observation): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    const { absorbed, list } = entry;
    if (list?.deref() !== buckets && !isStartOf(absorbed, buckets)) return null;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    return entry;
  }

  #put(key: string, entry: Entry): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      // Another look was faster; the one that has seen more stays.
      if (known.absorbed.length > entry.absorbed.length) return;
      this.#entries.delete(key);
      this.#bytes -= known.bytes;
    }
    const { absorbed, trial } = entry;
    entry.bytes = TRIAL_BYTES + BUCKET_BYTES * absorbed.length + GROUP_BYTES * trial.family.size;
    entry.usedAt = performance.now();
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

/** Whether these very buckets come first. */
function isStartOf(absorbed: readonly WeakRef<Bucket>[], buckets: readonly Bucket[]): boolean {
  if (absorbed.length > buckets.length) return false;
  for (let index = 0; index < absorbed.length; index += 1)
    if (absorbed[index]?.deref() !== buckets[index]) return false;
  return true;
}

function begin(question: Question, { window }: Observation): Entry {
  return {
    trial: new Trial(question),
    stretch: new Stretch(window.bucketMs),
    intervals: new IntervalTracker(question.target, question.policy.warmup),
    absorbed: [],
    bytes: 0,
    usedAt: 0,
  };
}
