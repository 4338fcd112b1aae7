import type { HistoryRows } from '../support/history-rows.ts';

/** A history that the drill saves, destroys and brings back. */
export interface DrillStore {
  readonly name: string;
  /** How `serve` finds it. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What is committed now. */
  rows(): Promise<HistoryRows>;
  /** While the service writes; how it was done, in words. */
  backUp(): Promise<string>;
  /** Everything but the backup is gone afterwards. */
  destroy(): Promise<void>;
  /** How it was done, in words. */
  restore(): Promise<string>;
  /** Leaves nothing behind. */
  end(): Promise<void>;
}
