import type { DurationMs, EpochMs } from '../../core/units.ts';
import type { Period } from './period.ts';

/** When the budget will be gone if the burn stays as it is. */
export type Exhaustion =
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'in'; readonly duration: DurationMs }
  /** A calendar period ends before; a rolling one forgets as fast as it spends. */
  | { readonly kind: 'outlasts' }
  | { readonly kind: 'unknown' };

/** Part of the budget that a span of the past has spent. */
export interface Spent {
  readonly end: EpochMs;
  readonly share: number;
}

export interface ExhaustionTerms {
  readonly period: Period;
  /** Length of the period without maintenance. */
  readonly length: DurationMs;
  /** As of when; the budget spent until then, oldest first. */
  readonly at: EpochMs;
  readonly spent: readonly Spent[];
}

/**
 * Walks on at the given burn, a burn of 1 spending the whole budget in one period. In a rolling period, what was
 * spent leaves it again, which a division of the rest by the burn would not see.
 */
export function exhaustion(burn: number | null, { period, length, at, spent }: ExhaustionTerms): Exhaustion {
  if (burn === null) return { kind: 'unknown' };
  let used = spent.reduce((sum, { share }) => sum + share, 0);
  if (used >= 1) return { kind: 'exhausted' };
  if (burn <= 0) return { kind: 'outlasts' };
  const perMs = burn / length;
  if (period.kind === 'calendar') {
    const duration = (1 - used) / perMs;
    return at + duration < period.end ? { kind: 'in', duration } : { kind: 'outlasts' };
  }
  let now: EpochMs = at;
  for (const { end, share } of spent) {
    // The cell leaves as a whole with its end, so the answer is never later than the truth.
    const leaves = end + (period.end - period.start);
    const there = now + (1 - used) / perMs;
    if (there <= leaves) return { kind: 'in', duration: there - at };
    used += (leaves - now) * perMs - share;
    now = leaves;
  }
  return { kind: 'outlasts' };
}
