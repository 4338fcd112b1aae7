import type { EpochMs } from '../core/units.ts';
import { compileLogRules, type DirtyReason, type LogOutcome } from './access-log.ts';
import type { CountsRow } from './counts-row.ts';
import { DirtyTally, type DirtyCounts } from './dirty-lines.ts';
import { readLineBatches, type Line, type LineOptions } from './lines.ts';
import type { LogRules } from './log-rules.ts';

/** lines = events + excluded + blank + dirty. */
export interface LogSummary {
  readonly lines: number;
  readonly events: number;
  /** Understood, but no valid events by the rules. */
  readonly excluded: number;
  readonly blank: number;
  readonly dirty: DirtyCounts;
  /** Newest time of an event or an excluded line; null where there is none. */
  readonly lastTime: EpochMs | null;
}

/**
 * Reads an access log, one event (good or bad, count 1) a line, in the order of the file. Lines that are
 * not understood are counted by reason, never fatal and never guessed; `accept` may refuse an event with a
 * reason of its own. Throws `RecordingError` only where the file itself cannot be read.
 */
export async function readAccessLog(
  path: string,
  rules: LogRules,
  options: LineOptions,
  accept: (event: CountsRow) => DirtyReason | void,
): Promise<LogSummary> {
  const classify = compileLogRules(rules);
  const reader = new LogReader(accept);
  for await (const lines of readLineBatches(path, options)) {
    for (const line of lines) {
      reader.take(line, line.overlong === undefined ? classify(line.text, line.number) : OVERLONG);
    }
  }
  return reader.summary();
}

const OVERLONG: LogOutcome = { kind: 'dirty', reason: 'overlong' };

class LogReader {
  readonly #accept: (event: CountsRow) => DirtyReason | void;
  readonly #dirty = new DirtyTally();
  #lines = 0;
  #events = 0;
  #excluded = 0;
  #blank = 0;
  #lastTime: EpochMs | null = null;

  constructor(accept: (event: CountsRow) => DirtyReason | void) {
    this.#accept = accept;
  }

  take(line: Line, outcome: LogOutcome): void {
    this.#lines = line.number;
    switch (outcome.kind) {
      case 'blank':
        this.#blank += 1;
        return;
      case 'dirty':
        this.#dirty.add(outcome.reason, line.number);
        return;
      case 'excluded':
        this.#excluded += 1;
        this.#saw(outcome.time);
        return;
      case 'event': {
        const refused = this.#accept(outcome.row);
        if (refused !== undefined) return this.#dirty.add(refused, line.number);
        this.#events += 1;
        this.#saw(outcome.row.time);
      }
    }
  }

  summary(): LogSummary {
    return {
      lines: this.#lines,
      events: this.#events,
      excluded: this.#excluded,
      blank: this.#blank,
      dirty: this.#dirty.counts(),
      lastTime: this.#lastTime,
    };
  }

  #saw(time: EpochMs): void {
    if (this.#lastTime === null || time > this.#lastTime) this.#lastTime = time;
  }
}
