import { COHORTS, type Cohort, type Role } from '../../src/core/counts.ts';
import { valid } from '../../src/core/parsed.ts';
import type { CountsRequest, Fetched, Points, ProviderDefinition, Series } from '../../src/core/provider.ts';
import { bucketTimes, type Window } from '../../src/core/window.ts';

/** A query of the benchmark's source: how many groups there are, and a seed so that SLOs differ. */
export interface BenchQuery {
  readonly groups: number;
  readonly seed: number;
}

/** When the canaries of the first releases get their first traffic. */
export const CANARY_START = Date.UTC(2026, 0, 5, 10);

/** The hash of a release tells when its canary gets its first traffic. */
export function hashOf(canaryStart: number): string {
  return `c${String(canaryStart / 60_000)}`;
}

function canaryStartOf(hash: string): number {
  return Number(hash.slice(1)) * 60_000;
}

/** As long as a quick call of a real API. */
const LATENCY_MS = 20;

export interface BenchSource {
  readonly definition: ProviderDefinition<BenchQuery, Readonly<Record<string, never>>>;
  /** Calls for analyses, which say what is settled, and those for reports, which do not. */
  readonly calls: { readonly looks: number; readonly reports: number };
}

/** A metrics store that takes its time and has the same counts every time: healthy releases, 10% canary. */
export function createBench(): BenchSource {
  const calls = { looks: 0, reports: 0 };
  const fetchCounts = async (request: CountsRequest<BenchQuery>): Promise<Fetched> => {
    calls[request.settledBefore === undefined ? 'reports' : 'looks'] += 1;
    await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
    return answer(request);
  };
  return {
    calls,
    definition: {
      name: 'bench',
      summary: 'Made-up counts for the benchmark.',
      settings: [],
      parseSettings: () => valid({}),
      parseQuery: (raw) => {
        const { groups = 0, seed = 0 } = raw as Partial<BenchQuery>;
        return valid({ groups, seed });
      },
      open: async () => ({
        fetchCounts,
        settlingLag: async () => 0,
        checkAccess: async () => ({ ok: true, detail: '' }),
        close: async () => undefined,
      }),
    },
  };
}

function answer({ queries, cohorts, window }: CountsRequest<BenchQuery>): Fetched {
  const series: Series[] = [];
  for (const role of ['bad', 'total'] as const) {
    const query = queries[role];
    if (query === undefined) continue;
    for (const cohort of COHORTS) {
      const match = cohorts[cohort];
      if (match === null) continue;
      const since = cohort === 'stable' ? -Infinity : canaryStartOf(match.hash);
      for (let group = 0; group < Math.max(1, query.groups); group += 1) {
        const points = pointsOf(
          { ...window, start: Math.max(since, window.start) },
          role,
          cohort,
          query.seed * 1000 + group,
        );
        if (points.length > 0)
          series.push({
            role,
            cohort,
            points,
            ...(query.groups > 0 ? { group: `GET /endpoint/${String(group)}` } : {}),
          });
      }
    }
  }
  return { series, complete: true, queriesSent: ['bench'], notes: [] };
}

function pointsOf(window: Window, role: Role, cohort: Cohort, seed: number): Points {
  return bucketTimes(window).map((time) => {
    const minute = time / 60_000;
    const total = (cohort === 'canary' ? 10 : 90) + ((minute * 7 + seed * 13) % 5);
    return [time, role === 'total' ? total : (minute + seed) % (cohort === 'canary' ? 97 : 13) === 0 ? 1 : 0];
  });
}
