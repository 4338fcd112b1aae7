import { formatDuration, MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { EntryHead } from './entry.ts';

/** What a reader should know of the entries that were read. */
export class Findings {
  readonly #lag: DurationMs;
  readonly #now: EpochMs;
  #lacking = 0;
  #ungrouped = 0;
  #podless = 0;
  #late = 0;
  #latest: DurationMs = 0;
  #early = 0;
  #entries = 0;
  /** The newest time of arrival, where it lies ahead of our clock. */
  #aheadUntil: EpochMs | null = null;

  constructor(lag: DurationMs, now: EpochMs) {
    this.#lag = lag;
    this.#now = now;
  }

  get aheadUntil(): EpochMs | null {
    return this.#aheadUntil;
  }

  entry({ timestamp, receiveTimestamp }: EntryHead): void {
    this.#entries += 1;
    if (receiveTimestamp === null) return;
    const took = receiveTimestamp - timestamp;
    if (took > this.#lag) {
      this.#late += 1;
      this.#latest = Math.max(this.#latest, took);
    }
    if (took < -MINUTE) this.#early += 1;
    if (receiveTimestamp > this.#now + MINUTE)
      this.#aheadUntil = Math.max(this.#aheadUntil ?? 0, receiveTimestamp);
  }

  lacking(): void {
    this.#lacking += 1;
  }

  ungrouped(): void {
    this.#ungrouped += 1;
  }

  podless(): void {
    this.#podless += 1;
  }

  notes(): string[] {
    const of = ` of ${String(this.#entries)} log entries`;
    return [
      ...(this.#lacking > 0
        ? [`${String(this.#lacking)}${of} lack the field that tells good from bad and were not counted`]
        : []),
      ...(this.#ungrouped > 0 ? [`${String(this.#ungrouped)}${of} lack the fields of the group`] : []),
      ...(this.#podless > 0 ? [`${String(this.#podless)}${of} do not name their pod`] : []),
      ...(this.#late > 0
        ? [
            `${String(this.#late)}${of} arrived later than the settling lag of ${formatDuration(this.#lag)} (the latest after ${formatDuration(this.#latest)}): raise settlingLag`,
          ]
        : []),
      ...(this.#early > 0
        ? [
            `${String(this.#early)}${of} arrived more than a minute before their own time: the clock of their writer is ahead`,
          ]
        : []),
    ];
  }
}
