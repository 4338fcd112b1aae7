import type { Verdict } from '../core/codes.ts';
import type { Bucket } from '../core/counts.ts';
import { explain } from '../core/explain.ts';
import { Replay, tracePoint } from '../core/trace.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import type { Judgement, Question } from '../core/verdict.ts';

interface Options {
  readonly question: Omit<Question, 'grouped'>;
  readonly bucketMs: DurationMs;
  readonly trace: boolean;
}

/** Judges bucket by bucket, remembers when the verdicts first fell, and prints the outcome. */
export class JudgeReport {
  readonly bucketMs: DurationMs;
  readonly #options: Options;
  readonly #notes: string[] = [];
  #replay: Replay | null = null;
  #question: Question | null = null;
  #last: { readonly bucket: Bucket; readonly judgement: Judgement } | null = null;
  #firstFail: EpochMs | null = null;
  #firstPass: EpochMs | null = null;
  #buckets = 0;

  constructor(options: Options) {
    this.#options = options;
    this.bucketMs = options.bucketMs;
  }

  get exclude(): readonly string[] {
    return this.#options.question.policy['breakdown.exclude'];
  }

  note(...notes: readonly string[]): void {
    this.#notes.push(...notes);
  }

  next(bucket: Bucket, grouped: boolean): void {
    this.#question ??= { ...this.#options.question, grouped };
    this.#replay ??= new Replay(this.#question, this.bucketMs);
    const judgement = this.#replay.next(bucket);
    this.#buckets += 1;
    this.#last = { bucket, judgement };
    if (judgement.verdict === 'fail') this.#firstFail ??= bucket.time;
    if (judgement.verdict === 'pass') this.#firstPass ??= bucket.time;
    if (this.#options.trace) {
      const { time, ...rest } = tracePoint(bucket, judgement);
      process.stdout.write(`${JSON.stringify({ time: iso(time), ...rest })}\n`);
    }
  }

  /** Writes the outcome (to stderr beside a trace, whose lines own stdout) and returns the verdict. */
  print(json: boolean, file: string): Verdict {
    const out = this.#options.trace ? process.stderr : process.stdout;
    out.write(json ? `${JSON.stringify(this.#summary(file))}\n` : this.#text(file));
    return this.#last?.judgement.verdict ?? 'inconclusive';
  }

  #reason(file: string): string {
    if (this.#last === null || this.#question === null) return `${file}: there are no counts to judge`;
    const { judgement } = this.#last;
    const observation = {
      ...this.#circumstances(this.#last.bucket),
      buckets: [this.#last.bucket],
      notes: [],
    };
    return explain(judgement, { slo: file, question: this.#question, observation, timestamp: iso });
  }

  #circumstances(bucket: Bucket) {
    const window = this.#replay?.window ?? {
      start: bucket.time,
      end: bucket.time + this.bucketMs,
      bucketMs: this.bucketMs,
    };
    return {
      window,
      dataAge: 0,
      lag: 0,
      canarySeen: true,
      silentExpected: 0,
      earlierEnded: this.#replay?.earlierEnded ?? null,
      ahead: false,
    };
  }

  #summary(file: string): object {
    const judgement = this.#last?.judgement;
    return {
      verdict: judgement?.verdict ?? 'inconclusive',
      code: judgement?.code ?? 'no-data',
      reason: this.#reason(file),
      firstFail: this.#firstFail === null ? null : iso(this.#firstFail),
      firstPass: this.#firstPass === null ? null : iso(this.#firstPass),
      burn: judgement?.figures.burn ?? null,
      evidence: judgement?.figures.evidence ?? null,
      groups: (judgement?.groups ?? [])
        .slice(0, 20)
        .map(({ group, canary, logHarm }) => ({ group, canary, logHarm })),
      buckets: this.#buckets,
      notes: this.#notes,
    };
  }

  #text(file: string): string {
    const judgement = this.#last?.judgement;
    const lines = [
      `${(judgement?.verdict ?? 'inconclusive').toUpperCase()}  ${judgement?.code ?? 'no-data'}`,
      this.#reason(file),
    ];
    if (this.#firstFail !== null)
      lines.push(`first fail: the look after the bucket of ${iso(this.#firstFail)}`);
    if (this.#firstPass !== null)
      lines.push(`first pass: the look after the bucket of ${iso(this.#firstPass)}`);
    return `${[...lines, ...this.#notes.map((note) => `note: ${note}`)].join('\n')}\n`;
  }
}

function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}
