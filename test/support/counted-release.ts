import type { Bucket, Cohort, Events, Pair, Role } from '../../src/core/counts.ts';
import { total } from '../../src/core/counts.ts';
import type { AnyProvider, Fetched, Series } from '../../src/core/provider.ts';
import type { Slo } from '../../src/core/slo.ts';
import type { DurationMs } from '../../src/core/units.ts';

/** An SLO of this bucket width whose counts come from the provider "counted". */
export function countedSlo(bucketMs: DurationMs, breakdown?: string): Slo {
  const source = { provider: 'counted', query: null };
  return {
    name: 'counted',
    service: 'counted',
    target: 0.995,
    timeWindow: { kind: 'rolling', duration: 28 * 86_400_000 },
    budgetingMethod: 'Occurrences',
    indicator: { kind: 'bad-total', bad: source, total: source },
    policy: {},
    required: true,
    scope: 'global',
    bucketMs,
    maintenance: [],
    origin: { file: 'counted.yaml', line: 1 },
    ...(breakdown === undefined ? {} : { breakdown }),
  };
}

/** A provider that has exactly these buckets; a bucket with a flaw comes with more bad events than events. */
export function countedProvider(buckets: readonly Bucket[], lag: DurationMs): AnyProvider {
  return {
    fetchCounts: async ({ queries, cohorts, window, groupBy }): Promise<Fetched> => ({
      series: (['bad', 'total'] as const)
        .filter((role) => role in queries)
        .flatMap((role) =>
          (['canary', 'stable'] as const)
            .filter((cohort) => cohorts[cohort] !== null)
            .flatMap((cohort) =>
              seriesOf(
                buckets.filter(({ time }) => time >= window.start && time < window.end),
                role,
                cohort,
                groupBy !== undefined,
              ),
            ),
        ),
      complete: true,
      queriesSent: [],
      notes: ['counted by hand'],
    }),
    settlingLag: async () => lag,
    checkAccess: async () => ({ ok: true, detail: '' }),
    close: async () => undefined,
  };
}

function seriesOf(buckets: readonly Bucket[], role: Role, cohort: Cohort, grouped: boolean): Series[] {
  const points = new Map<string, [number, number][]>();
  for (const bucket of buckets) {
    const cells = grouped
      ? (bucket.groups ?? new Map<string, Pair>())
      : new Map<string, Pair>([['', bucket]]);
    for (const [group, pair] of cells) {
      const events = bucket.flaw === undefined ? pair[cohort] : FLAWED;
      if (events === null) continue;
      points.set(group, [...(points.get(group) ?? []), [bucket.time, countOf(events, role)]]);
    }
  }
  return [...points].map(([group, some]) => ({ role, cohort, ...(grouped ? { group } : {}), points: some }));
}

const FLAWED: Events = { good: -2, bad: 3 };

function countOf(events: Events, role: Role): number {
  return role === 'bad' ? events.bad : total(events);
}
