import { assemble } from '../core/assemble.ts';
import { sum } from '../core/conditions.ts';
import { ProviderError } from '../core/errors.ts';
import { decidePreflight } from '../core/preflight.ts';
import { HOUR } from '../core/units.ts';
import { alignDown } from '../core/window.ts';
import type { AnalysisDeps, SloAsk } from './deps.ts';
import { cohortMatch, scopeOf } from './cohort.ts';
import { settlingLag } from './ask-providers.ts';
import { fetchAll } from './fetch-all.ts';

/** Before any traffic: may we read the provider, and is stable found under its label? */
export async function preflight(
  { slo, policy, request, now }: SloAsk,
  deps: AnalysisDeps,
  signal: AbortSignal,
) {
  if (request.stable === null) return decidePreflight(slo.name, { stableEvents: null });
  const lag = await settlingLag(slo, deps.providers, signal);
  const end = alignDown(now - lag, slo.bucketMs);
  const window = { start: end - HOUR, end, bucketMs: slo.bucketMs };
  const cohorts = {
    canary: cohortMatch(slo, request.canary, request.rollout),
    stable: cohortMatch(slo, request.stable, request.rollout),
  };
  // Not held for the looks to come: what a source of single events reads of the past depends on the whole window.
  const fetched = await fetchAll(
    { slo, cohorts, scope: scopeOf(slo, request, deps.cluster) },
    window,
    deps.providers,
    signal,
  );
  const { buckets } = assemble(
    window,
    fetched.flatMap((each) => each.series),
    {
      grouped: slo.breakdown !== undefined,
      exclude: policy['breakdown.exclude'],
      counted: slo.indicator.kind === 'good-total' ? 'good' : 'bad',
    },
  );
  const flaw = buckets.find((bucket) => bucket.flaw !== undefined)?.flaw;
  if (flaw !== undefined) {
    throw new ProviderError({
      code: 'provider-garbled',
      message: `the counts contradict themselves (${flaw})`,
      remedy: 'check that the queries of the SLO count the same events',
      retryable: false,
    });
  }
  const seen = buckets.some((bucket) => bucket.stable !== null);
  return decidePreflight(slo.name, { stableEvents: seen ? Math.round(sum(buckets, 'stable')) : null });
}
