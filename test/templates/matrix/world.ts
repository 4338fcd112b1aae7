import { valid } from '../../../src/core/parsed.ts';
import { ProviderError } from '../../../src/core/errors.ts';
import type { Cohort } from '../../../src/core/counts.ts';
import type { AnyProviderDefinition, CountsRequest, Fetched, Series } from '../../../src/core/provider.ts';
import { seeded } from '../../../src/core/stats/random.ts';

export const MINUTE = 60_000;
/** When the pod template changes. */
export const START = new Date('2026-01-05T10:00:00Z');
/** Counts of a bucket no longer change this long after its end. */
const LAG = 2 * MINUTE;
/** How long the service has had traffic before the release. */
const HISTORY_MINUTES = 90;
/** Requests a minute of the whole service, spread over ten endpoints. */
const RATE = 1200;
/** Endpoints and their parts of the traffic. */
const ENDPOINTS = new Map([
  ['/search', 0.6],
  ['/items', 0.3],
  ['/cart', 0.09],
  ['/orders', 0.01],
]);
const NAMES = [...ENDPOINTS.keys()];
/** Objective 99.5%: healthy releases burn a fifth of the budget. */
const HEALTHY = 0.001;

/** What happens to the traffic, by minutes since the start of the release. */
export interface Weather {
  /** Bad ratio of the canary; default: healthy. */
  readonly canaryBad?: (minute: number, endpoint: string) => number;
  /** Bad ratio of stable; default: healthy. */
  readonly stableBad?: (minute: number) => number;
  /** Part of the usual traffic that comes at all. [1] */
  readonly traffic?: (minute: number) => number;
  /** Part of the canary's share that reaches it. [1] */
  readonly reaches?: (minute: number) => number;
  /** The canary's share in minutes before the release: an earlier attempt of the same hash. */
  readonly earlier?: (minute: number) => number;
  readonly providerDown?: readonly [from: number, to: number];
  /** The provider needs longer than the deadline. */
  readonly providerSlow?: readonly [from: number, to: number];
}

interface Point {
  readonly total: number;
  readonly bad: number;
}

/** A service with users, whose canary gets the share that Argo routes to it. */
export class World {
  readonly #weather: Weather;
  readonly #weights: { readonly minute: number; readonly share: number }[] = [];
  readonly #points = new Map<number, readonly Point[]>();
  /** The simulated time, as the last request told it. */
  nowMs = START.getTime();

  constructor(weather: Weather) {
    this.#weather = weather;
  }

  /** Told of every change of the weight, in per cent. */
  setWeight(atMs: number, weight: number): void {
    this.#weights.push({ minute: minuteOf(atMs), share: weight / 100 });
  }

  is(span: readonly [number, number] | undefined): boolean {
    const minute = minuteOf(this.nowMs);
    return span !== undefined && minute >= span[0] && minute < span[1];
  }

  get isDown(): boolean {
    return this.is(this.#weather.providerDown);
  }

  get isSlow(): boolean {
    return this.is(this.#weather.providerSlow);
  }

  /** Requests of every endpoint, in their order, in the minute that begins then; what was is never made again. */
  pointsAt(atMs: number, cohort: Cohort): readonly Point[] {
    const key = atMs * 2 + Number(cohort === 'canary');
    const known = this.#points.get(key);
    if (known !== undefined) return known;
    const made = NAMES.map((endpoint) => this.#make(minuteOf(atMs), cohort, endpoint));
    this.#points.set(key, made);
    return made;
  }

  #make(minute: number, cohort: Cohort, endpoint: string): Point {
    const { canaryBad, stableBad, traffic, reaches } = this.#weather;
    const share = this.#shareAt(minute);
    const part = cohort === 'canary' ? share * (reaches?.(minute) ?? 1) : 1 - share;
    const expected = RATE * (ENDPOINTS.get(endpoint) ?? 0) * part * (traffic?.(minute) ?? 1);
    const ratio =
      cohort === 'canary' ? (canaryBad?.(minute, endpoint) ?? HEALTHY) : (stableBad?.(minute) ?? HEALTHY);
    const random = seeded(
      Math.round((minute + 1000) * 10) + NAMES.indexOf(endpoint) * 2 + Number(cohort === 'canary'),
    );
    const total = Math.round(expected);
    let bad = 0;
    for (let request = 0; request < total; request += 1) if (random() < ratio) bad += 1;
    return { total, bad };
  }

  #shareAt(minute: number): number {
    if (minute < 0) return this.#weather.earlier?.(minute) ?? 0;
    // A bucket belongs to the weight that it ends with.
    return this.#weights.findLast((weight) => weight.minute < minute + 1)?.share ?? 0;
  }
}

export function minuteOf(atMs: number): number {
  return (atMs - START.getTime()) / MINUTE;
}

/** A provider that asks the world; `current` is the one that is played. */
export function worldProvider(current: () => World): AnyProviderDefinition {
  return {
    name: 'world',
    summary: 'A simulated service.',
    settings: [],
    local: true,
    parseSettings: () => valid({}),
    parseQuery: () => valid({}),
    open: async () => ({
      fetchCounts: async (request, signal) => fetchFrom(current(), request, signal),
      settlingLag: async () => LAG,
      checkAccess: async () => ({ ok: true, detail: 'it is simulated' }),
      close: async () => undefined,
    }),
  };
}

async function fetchFrom(
  world: World,
  request: CountsRequest<unknown>,
  signal: AbortSignal,
): Promise<Fetched> {
  if (world.isDown) {
    throw new ProviderError({
      code: 'provider-unavailable',
      message: 'the simulated provider is down',
      remedy: 'wait',
      retryable: true,
    });
  }
  if (world.isSlow) {
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('too late')), { once: true });
    });
  }
  const series = (['bad', 'total'] as const)
    .filter((role) => role in request.queries)
    .flatMap((role) =>
      (['canary', 'stable'] as const)
        .filter((cohort) => request.cohorts[cohort] !== null)
        .flatMap((cohort) => seriesOf(world, request, role, cohort)),
    );
  return { series, complete: true, queriesSent: [], notes: [] };
}

function seriesOf(
  world: World,
  { window, groupBy }: CountsRequest<unknown>,
  role: 'bad' | 'total',
  cohort: Cohort,
): Series[] {
  const first = Math.max(window.start, START.getTime() - HISTORY_MINUTES * MINUTE);
  const groups = NAMES.map((group): Omit<Series, 'points'> & { readonly points: [number, number][] } => ({
    role,
    cohort,
    points: [],
    ...(groupBy === undefined ? {} : { group }),
  }));
  const all: [number, number][] = [];
  for (let at = first; at < window.end; at += MINUTE) {
    const points = world.pointsAt(at, cohort);
    const total = points.reduce((sum, point) => sum + point.total, 0);
    // A pod without requests has no series.
    if (total === 0) continue;
    all.push([at, role === 'total' ? total : points.reduce((sum, point) => sum + point.bad, 0)]);
    for (const [index, point] of points.entries()) groups[index]?.points.push([at, point[role]]);
  }
  return groupBy === undefined ? [{ role, cohort, points: all }] : groups;
}
