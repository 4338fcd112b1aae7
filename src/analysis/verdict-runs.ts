import type { ReasonCode, Verdict } from '../core/codes.ts';
import type { EpochMs } from '../core/units.ts';

/** Looks in a row that gave the same answer. */
export interface VerdictRun {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly looks: number;
  readonly verdict: Verdict;
  readonly code: ReasonCode;
}

/** A verdict that changes more often than this is read as a trace, not as a list. */
const MOST = 1000;

/** Looks of any number in the memory of their changes. */
export class VerdictRuns {
  readonly #runs: VerdictRun[] = [];
  #open: VerdictRun | null = null;
  #more = 0;

  get runs(): readonly VerdictRun[] {
    return this.#open === null ? this.#runs : [...this.#runs, this.#open];
  }

  /** Runs that were not kept. */
  get more(): number {
    return this.#more;
  }

  add(at: EpochMs, { verdict, code }: { readonly verdict: Verdict; readonly code: ReasonCode }): void {
    const open = this.#open;
    if (open !== null && open.verdict === verdict && open.code === code) {
      this.#open = { ...open, to: at, looks: open.looks + 1 };
      return;
    }
    if (open !== null && this.#runs.length < MOST) this.#runs.push(open);
    else if (open !== null) this.#more += 1;
    this.#open = { from: at, to: at, looks: 1, verdict, code };
  }
}
