import type { AssembleOptions } from '../core/assemble.ts';
import type { Cohort } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import type { CohortMatch, Fetched, Scope } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import type { DurationMs, EpochMs } from '../core/units.ts';
import type { Window } from '../core/window.ts';
import { askedOf, providerFor, type Providers } from './ask-providers.ts';

/** Whose counts are asked for. */
export interface Asked {
  readonly slo: Slo;
  readonly cohorts: Readonly<Record<Cohort, CohortMatch | null>>;
  readonly scope: Scope;
}

/** The pods of all answers, as `assemble` wants them. */
export function podsIn(answers: readonly Fetched[]): Pick<AssembleOptions, 'podSplit'> {
  const podSplit = answers.flatMap((each) => each.podSplit ?? []);
  return podSplit.length === 0 ? {} : { podSplit };
}

/** Counts of all providers of the SLO for one piece; the roles may come from different ones. */
export async function fetchAll(
  ask: Asked & { readonly settledBefore?: EpochMs; readonly settlingLag?: DurationMs },
  window: Window,
  providers: Providers,
  signal: AbortSignal,
): Promise<Fetched[]> {
  const { slo, cohorts, scope, settledBefore, settlingLag: lag } = ask;
  const labels = {
    ...(slo.breakdown === undefined ? {} : { groupBy: slo.breakdown }),
    ...(slo.podLabel === undefined ? {} : { podLabel: slo.podLabel }),
    ...(settledBefore === undefined ? {} : { settledBefore }),
    ...(lag === undefined ? {} : { settlingLag: lag }),
  };
  const fetched = await Promise.all(
    askedOf(slo).map(([name, queries]) =>
      providerFor(name, providers).fetchCounts({ queries, cohorts, scope, window, ...labels }, signal),
    ),
  );
  for (const { complete } of fetched) {
    if (complete !== true) {
      throw new ProviderError({
        code: 'provider-garbled',
        message: `the provider's answer is incomplete: ${complete.missing}`,
        remedy: 'the next look asks again',
        retryable: true,
      });
    }
  }
  return fetched;
}
