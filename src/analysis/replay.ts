import type { ReasonCode, Verdict } from '../core/codes.ts';
import { add, NO_EVENTS, total, type Bucket, type Events } from '../core/counts.ts';
import { explain } from '../core/explain.ts';
import { LiveReplay, type Look } from '../core/live-replay.ts';
import type { DurationMs, EpochMs, Ratio } from '../core/units.ts';
import { HOUR } from '../core/units.ts';
import type { Judgement, Question } from '../core/verdict.ts';
import { VerdictRuns, type VerdictRun } from './verdict-runs.ts';

export interface ReplayTerms {
  /** Name in sentences. */
  readonly slo: string;
  readonly question: Question;
  readonly bucketMs: DurationMs;
  readonly lag: DurationMs;
  /** Compliance period of the budget. */
  readonly period: DurationMs;
  /** Buckets before this are look-back: seen by the judge, not looked at; null: none are. */
  readonly from: EpochMs | null;
  /** Real end of the release; null: the end of the counts. */
  readonly to: EpochMs | null;
}

/** A verdict that came for the first time. */
export interface FirstTime {
  /** The earliest time at which it could be asked for. */
  readonly at: EpochMs;
  readonly code: ReasonCode;
  readonly reason: string;
  /** Since the start of the canary's attempt. */
  readonly after: DurationMs;
}

/** Canary events of a span, and what its bad ones are of the service's budget. */
export interface Spending {
  readonly events: number;
  readonly badEvents: number;
  /** How long the whole service may take for as many bad events; null without traffic. */
  readonly budgetHours: number | null;
  /** The same as a share of the period's budget. */
  readonly budgetShare: Ratio | null;
}

/** What a rollback at the first fail would have spared. */
export interface Saving extends Spending {
  /** Bad events that stable would have had at the same traffic, by its own bad fraction of that span. */
  readonly anyway: number;
}

export interface ReplaySummary {
  readonly looks: number;
  readonly last: {
    readonly at: EpochMs;
    readonly verdict: Verdict;
    readonly code: ReasonCode;
    readonly reason: string;
  } | null;
  readonly firstFail: FirstTime | null;
  readonly gatePass: FirstTime | null;
  readonly runs: readonly VerdictRun[];
  /** Further changes of verdict that were not kept. */
  readonly moreRuns: number;
  /** Null where the release was never failed. */
  readonly untilFail: Spending | null;
  readonly untilEnd: Spending;
  readonly saved: Saving | null;
}

/** Follows a past release minute by minute as it would have been judged live, and what that would have saved. */
export class ReleaseReplay {
  readonly #terms: ReplayTerms;
  readonly #live: LiveReplay;
  readonly #runs = new VerdictRuns();
  #looks = 0;
  #last: Look | null = null;
  #firstFail: FirstTime | null = null;
  #gatePass: FirstTime | null = null;
  #covered = 0;
  #before: Side = NO_SIDE;
  #after: Side = NO_SIDE;

  constructor(terms: ReplayTerms) {
    this.#terms = terms;
    this.#live = new LiveReplay(terms.question, terms.bucketMs, terms.lag);
  }

  /** Takes the next bucket of the grid; null where nobody asked after it: look-back, or after the end. */
  next(bucket: Bucket): Look | null {
    const { from, to } = this.#terms;
    if (to !== null && bucket.time >= to) return null;
    this.#live.take(bucket);
    if (from !== null && bucket.time < from) return null;
    const look = this.#live.look();
    const asked = look !== null && (to === null || look.at <= to) ? look : null;
    if (asked !== null) this.#note(asked);
    this.#spend(bucket);
    return asked;
  }

  summary(): ReplaySummary {
    const { looks, last } = { looks: this.#looks, last: this.#last };
    const saved = this.#firstFail === null ? null : this.#saving();
    const whole = { canary: add(this.#before.canary, this.#after.canary), stable: NO_EVENTS };
    return {
      looks,
      last:
        last === null
          ? null
          : {
              at: last.at,
              verdict: last.judgement.verdict,
              code: last.judgement.code,
              reason: this.#reason(last, last.judgement),
            },
      firstFail: this.#firstFail,
      gatePass: this.#gatePass,
      runs: this.#runs.runs,
      moreRuns: this.#runs.more,
      untilFail:
        this.#firstFail === null ? null : this.#spending(this.#before.canary, this.#before.canary.bad),
      untilEnd: this.#spending(whole.canary, whole.canary.bad),
      saved,
    };
  }

  #note(look: Look): void {
    this.#looks += 1;
    this.#last = look;
    this.#runs.add(look.at, look.judgement);
    if (look.judgement.verdict === 'fail') this.#firstFail ??= this.#firstTime(look, look.judgement);
    if (look.gate.verdict === 'pass') this.#gatePass ??= this.#firstTime(look, look.gate);
  }

  #firstTime(look: Look, judgement: Judgement): FirstTime {
    return {
      at: look.at,
      code: judgement.code,
      reason: this.#reason(look, judgement),
      after: look.at - look.circumstances.window.start,
    };
  }

  #reason({ circumstances, gate }: Look, judgement: Judgement): string {
    const { slo, question } = this.#terms;
    const mode = judgement === gate ? 'gate' : question.mode;
    const { window } = circumstances;
    // The sentence asks of the buckets only whether there are any.
    const buckets = window.end > window.start ? [{ time: window.start, canary: null, stable: null }] : [];
    return explain(judgement, {
      slo,
      question: { ...question, mode },
      observation: { ...circumstances, buckets, notes: [] },
      timestamp: (time) => new Date(time).toISOString(),
    });
  }

  /** A rollback takes the traffic away when it is asked for, not when the bucket was counted. */
  #spend(bucket: Bucket): void {
    const canary = bucket.canary ?? NO_EVENTS;
    const stable = bucket.stable ?? NO_EVENTS;
    if (total(canary) + total(stable) > 0) this.#covered += 1;
    const rolledBack = this.#firstFail !== null && bucket.time >= this.#firstFail.at;
    const side = rolledBack ? this.#after : this.#before;
    const sum = { canary: add(side.canary, canary), stable: add(side.stable, stable) };
    if (rolledBack) this.#after = sum;
    else this.#before = sum;
  }

  #saving(): Saving {
    const { canary, stable } = this.#after;
    const anyway = total(stable) > 0 ? (total(canary) * stable.bad) / total(stable) : 0;
    return { ...this.#spending(canary, canary.bad - anyway), anyway };
  }

  #spending(canary: Events, badEvents: number): Spending {
    const { question, period, bucketMs } = this.#terms;
    const both = [this.#before, this.#after].reduce(
      (sum, side) => sum + total(side.canary) + total(side.stable),
      0,
    );
    const events = total(canary);
    if (this.#covered === 0) return { events, badEvents, budgetHours: null, budgetShare: null };
    const budgetPerHour = (both / ((this.#covered * bucketMs) / HOUR)) * (1 - question.target);
    const budgetHours = badEvents / budgetPerHour;
    return { events, badEvents, budgetHours, budgetShare: (budgetHours * HOUR) / period };
  }
}

interface Side {
  readonly canary: Events;
  readonly stable: Events;
}

const NO_SIDE: Side = { canary: NO_EVENTS, stable: NO_EVENTS };
