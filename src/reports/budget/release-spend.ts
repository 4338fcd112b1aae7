import { total } from '../../core/counts.ts';
import { HOUR, type DurationMs, type Ratio } from '../../core/units.ts';
import type { AnalysisRow } from '../history/history-store.ts';
import type { Span } from './spans.ts';

/** What one release did to the budget while its canary ran. */
export interface ReleaseSpend {
  readonly analysis: string;
  readonly release: AnalysisRow['release'];
  readonly verdict: AnalysisRow['verdict'];
  readonly code: AnalysisRow['code'];
  readonly start: number;
  readonly end: number;
  readonly canaryEvents: number;
  readonly badEvents: number;
  /** Bad events beyond what stable's share would have given; negative: fewer. Null without events of stable. */
  readonly excessBadEvents: number | null;
  /** Share of the period's budget; null where it cannot be said. */
  readonly budgetRatio: number | null;
  /** The time in which the service may spend as much: the share of the period. */
  readonly budgetTime: DurationMs | null;
  /** Set for a release that was failed. */
  readonly saved: RollbackSaving | null;
}

/** What the release would have gone on to cost at all of the traffic, beyond what stable costs. */
export interface RollbackSaving {
  /** Share of the period's budget an hour. */
  readonly ratioPerHour: number;
  /** Until the budget left now were gone; null: it is gone already, or nothing is known of it. */
  readonly exhaustedIn: DurationMs | null;
}

export interface SpendTerms {
  readonly target: Ratio;
  /** Length of the period without maintenance. */
  readonly length: DurationMs;
  /** Events that the whole period may have bad; null: unknown, or the SLO counts time slices. */
  readonly badAllowed: number | null;
  readonly remainingRatio: number | null;
}

/** The releases of a period, newest first, each counted once however many analyses looked at it. */
export function releaseSpends(rows: readonly AnalysisRow[], period: Span, terms: SpendTerms): ReleaseSpend[] {
  const longest = new Map<string, AnalysisRow>();
  for (const row of rows) {
    const { counted, release } = row;
    if (counted === null || counted.end <= period.start || counted.start >= period.end) continue;
    const key = JSON.stringify([release.canary, release.namespace, release.cluster, release.rollout]);
    const known = longest.get(key)?.counted;
    if (known === undefined || known === null || eventsOf(counted) >= eventsOf(known)) longest.set(key, row);
  }
  return [...longest.values()]
    .flatMap((row) => (row.counted === null ? [] : [spendOf(row, row.counted, terms)]))
    .toSorted((a, b) => b.start - a.start);
}

type Counted = NonNullable<AnalysisRow['counted']>;

function eventsOf({ canary }: Counted): number {
  return total(canary);
}

function spendOf(row: AnalysisRow, counted: Counted, terms: SpendTerms): ReleaseSpend {
  const { analysis, release, verdict, code } = row;
  const { canary, stable, start, end } = counted;
  const stableShare = total(stable) > 0 ? stable.bad / total(stable) : null;
  const budgetRatio =
    terms.badAllowed === null || terms.badAllowed <= 0 ? null : canary.bad / terms.badAllowed;
  return {
    analysis,
    release,
    verdict,
    code,
    start,
    end,
    canaryEvents: total(canary),
    badEvents: canary.bad,
    excessBadEvents: stableShare === null ? null : canary.bad - stableShare * total(canary),
    budgetRatio,
    budgetTime: budgetRatio === null ? null : budgetRatio * terms.length,
    saved: verdict === 'fail' ? savingOf(counted, stableShare, terms) : null,
  };
}

function savingOf(
  { canary }: Counted,
  stableShare: number | null,
  { target, length, remainingRatio }: SpendTerms,
): RollbackSaving | null {
  if (stableShare === null || total(canary) === 0) return null;
  const beyond = canary.bad / total(canary) - stableShare;
  const ratioPerHour = ((beyond / (1 - target)) * HOUR) / length;
  const lasts = remainingRatio !== null && remainingRatio > 0 && ratioPerHour > 0;
  return { ratioPerHour, exhaustedIn: lasts ? (remainingRatio / ratioPerHour) * HOUR : null };
}
