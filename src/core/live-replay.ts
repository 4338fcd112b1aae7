import type { Bucket } from './counts.ts';
import { viewOf } from './look-back.ts';
import type { Circumstances } from './observation.ts';
import { Stretch } from './stretch.ts';
import { Trial } from './trial.ts';
import type { DurationMs, EpochMs } from './units.ts';
import { conclude, type Judgement, type Question } from './verdict.ts';
import { LOOK_BACK, lookBackStart } from './window.ts';

/** What one look of the past would have answered. */
export interface Look {
  /** When it could first have been asked: the end of the newest bucket plus the settling lag. */
  readonly at: EpochMs;
  readonly judgement: Judgement;
  /** The same counts, asked by a gate. */
  readonly gate: Judgement;
  readonly circumstances: Circumstances;
}

/**
 * The analyses of a past release as they were answered live, one after every bucket: with the settling lag,
 * the bounded look-back, holes that are bridged, and attempts that begin after a gap. Equal to collecting and
 * deciding at each of these times, without paying for all of it; memory is that of one look-back.
 */
export class LiveReplay {
  readonly #question: Question;
  readonly #bucketMs: DurationMs;
  readonly #lag: DurationMs;
  /** Buckets of one look-back. */
  readonly #most: number;
  #buckets: Bucket[] = [];
  #trial: Trial;
  #stretch: Stretch;
  /** Start of the window that trial and stretch have absorbed, and the end of what they have. */
  #start: EpochMs | null = null;
  #end: EpochMs = 0;

  constructor(question: Question, bucketMs: DurationMs, lag: DurationMs) {
    this.#question = question;
    this.#bucketMs = bucketMs;
    this.#lag = lag;
    this.#most = Math.ceil(LOOK_BACK / bucketMs);
    this.#trial = new Trial(question);
    this.#stretch = new Stretch(bucketMs);
  }

  /** Takes the next bucket of the grid without asking. */
  take(bucket: Bucket): void {
    this.#buckets.push(bucket);
    // Cut rarely, so that a long replay does not copy the look-back at every look.
    if (this.#buckets.length >= 2 * this.#most) this.#buckets = this.#buckets.slice(-this.#most);
  }

  /** Asks right after the newest bucket has settled; null before the first bucket. */
  look(): Look | null {
    const newest = this.#buckets.at(-1);
    if (newest === undefined) return null;
    const end = newest.time + this.#bucketMs;
    const circumstances = this.#see(end);
    const ask = (question: Question): Judgement =>
      conclude(question, circumstances, this.#trial, this.#stretch);
    const judgement = ask(this.#question);
    const gate = this.#question.mode === 'gate' ? judgement : ask({ ...this.#question, mode: 'gate' });
    return { at: end + this.#lag, judgement, gate, circumstances };
  }

  /** Brings trial and stretch to what a look at this end sees, and says what else it sees. */
  #see(end: EpochMs): Circumstances {
    const bucketMs = this.#bucketMs;
    const from = lookBackStart(end);
    const buckets = this.#buckets.filter(({ time }) => time >= from);
    const { attempt, first, last } = viewOf(buckets, {
      start: from,
      end,
      bucketMs,
    });
    const window = {
      start: buckets[first]?.time ?? end,
      end: (buckets[last]?.time ?? end - bucketMs) + bucketMs,
      bucketMs,
    };
    if (this.#start !== window.start || this.#end > window.end) this.#restart(window.start);
    for (const bucket of buckets.slice(first, last + 1)) if (bucket.time >= this.#end) this.#absorb(bucket);
    return {
      window,
      dataAge: end + this.#lag - window.end,
      lag: this.#lag,
      canarySeen: attempt !== null,
      silentExpected: attempt?.silentExpected ?? 0,
      earlierEnded: attempt?.earlierEnded ?? null,
      ahead: false,
    };
  }

  #restart(start: EpochMs): void {
    this.#trial = new Trial(this.#question);
    this.#stretch = new Stretch(this.#bucketMs);
    this.#start = start;
    this.#end = start;
  }

  #absorb(bucket: Bucket): void {
    this.#trial.absorb(bucket);
    this.#stretch.absorb(bucket);
    this.#end = bucket.time + this.#bucketMs;
  }
}
