import type { JudgementCode, Verdict } from './codes.ts';
import { AttemptTracker, type Attempt } from './attempt.ts';
import type { Bucket } from './counts.ts';
import type { Circumstances, Observation } from './observation.ts';
import { Stretch } from './stretch.ts';
import { Trial } from './trial.ts';
import { conclude, type Judgement, type Question } from './verdict.ts';
import type { DurationMs, EpochMs } from './units.ts';
import type { Window } from './window.ts';

/** One bucket's look: what Burngate would have said, asked right after it. */
export interface TracePoint {
  readonly time: EpochMs;
  readonly verdict: Verdict;
  readonly code: JudgementCode;
  readonly logBurn: number;
  readonly logRelative: number;
  readonly logHarm: number;
  readonly logSafe: number | null;
}

const RESTARTS = { restarts: true };

/**
 * Judges after every bucket as if asked each time, with counts settled at once. Equal to calling `decide` on
 * every prefix, without paying for it: the trial goes on unless the attempt's start moves.
 */
export class Replay {
  readonly #question: Question;
  readonly #bucketMs: DurationMs;
  readonly #restarts: boolean;
  readonly #tracker = new AttemptTracker();
  #trial: Trial;
  #stretch: Stretch;
  #start: EpochMs | null = null;
  #end: EpochMs | null = null;
  #index = -1;

  /** @param restarts false: the buckets are those of one attempt already, whatever pauses are in it */
  constructor(question: Question, bucketMs: DurationMs, { restarts }: { restarts: boolean } = RESTARTS) {
    this.#question = question;
    this.#bucketMs = bucketMs;
    this.#restarts = restarts;
    this.#trial = new Trial(question);
    this.#stretch = new Stretch(bucketMs);
  }

  /** From the attempt's start to the end of the newest bucket; null before the first. */
  get window(): Window | null {
    return this.#start === null || this.#end === null
      ? null
      : { start: this.#start, end: this.#end, bucketMs: this.#bucketMs };
  }

  /** End of an earlier attempt of the release, where one was seen. */
  get earlierEnded(): EpochMs | null {
    return this.#tracker.attempt?.earlierEnded ?? null;
  }

  /** Takes the next bucket of the grid and gives the judgement of that look. */
  next(bucket: Bucket): Judgement {
    this.#index += 1;
    this.#tracker.absorb(bucket);
    const { attempt } = this.#tracker;
    // An attempt starts at the canary's newest bucket or has started before: nothing older is needed again.
    if (this.#restarts && attempt !== null && attempt.start === this.#index) {
      this.#trial = new Trial(this.#question);
      this.#stretch = new Stretch(this.#bucketMs);
      this.#start = bucket.time;
    }
    this.#start ??= bucket.time;
    this.#end = bucket.time + this.#bucketMs;
    this.#trial.absorb(bucket);
    this.#stretch.absorb(bucket);
    return conclude(this.#question, this.#circumstances(bucket, attempt), this.#trial, this.#stretch);
  }

  #circumstances(bucket: Bucket, attempt: Attempt | null): Circumstances {
    return {
      window: {
        start: this.#start ?? bucket.time,
        end: bucket.time + this.#bucketMs,
        bucketMs: this.#bucketMs,
      },
      dataAge: 0,
      lag: 0,
      canarySeen: attempt !== null,
      silentExpected: attempt?.silentExpected ?? 0,
      earlierEnded: attempt?.earlierEnded ?? null,
      ahead: false,
    };
  }
}

export function tracePoint(bucket: Bucket, { verdict, code, figures }: Judgement): TracePoint {
  const { logBurn, logRelative, logHarm, logSafe } = figures.evidence;
  return { time: bucket.time, verdict, code, logBurn, logRelative, logHarm, logSafe };
}

/** The evidence path of an observation, which is one attempt: it ends at the evidence of its verdict. */
export function traceOf(question: Question, observation: Observation): TracePoint[] {
  const replay = new Replay(question, observation.window.bucketMs, { restarts: false });
  return observation.buckets.map((bucket) => tracePoint(bucket, replay.next(bucket)));
}
