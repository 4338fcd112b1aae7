/** Where and when a request was made. */
interface Place {
  readonly cohort: 'canary' | 'stable';
  /** Minutes since the first canary weight. */
  readonly minute: number;
  readonly endpoint: string;
}

/** A release to be made: its canary weights and what goes wrong. */
export interface Release {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  /** Minutes after the first canary weight that the file covers. */
  readonly minutes: number;
  /** [minute, canary weight in per cent]: what the rollout of the demo sets, asserted by its test. */
  readonly weights: readonly (readonly [number, number])[];
  readonly fault: keyof typeof FAULTS;
  readonly faultText: string;
}

const FIVEFOLD = 5;
/** 1.8% of the traffic. */
const BROKEN_ENDPOINT = '/robots.txt';
const INCIDENT_FROM = 3;
const INCIDENT_BAD = 0.35;

/** The bad share of a request, given the endpoint's normal one. */
export const FAULTS = {
  none: (normal: number): number => normal,
  fivefold: (normal: number, { cohort }: Place): number => (cohort === 'canary' ? FIVEFOLD * normal : normal),
  late: (normal: number, { cohort, minute }: Place): number =>
    cohort === 'canary' && minute >= 60 ? FIVEFOLD * normal : normal,
  endpoint: (normal: number, { cohort, endpoint }: Place): number =>
    cohort === 'canary' && endpoint === BROKEN_ENDPOINT ? 1 : normal,
  incident: (normal: number, { minute }: Place): number =>
    minute >= INCIDENT_FROM ? normal + (1 - normal) * INCIDENT_BAD : normal,
} as const;

const STEPS: Release['weights'] = [
  [0, 5],
  [5, 10],
  [10, 25],
  [15, 50],
];

export const RELEASES: readonly Release[] = [
  {
    name: 'healthy',
    title: 'A healthy release.',
    seed: 11,
    minutes: 140,
    weights: STEPS,
    fault: 'none',
    faultText: 'none.',
  },
  {
    name: 'fivefold',
    title: 'A bad release: five times the errors from the start.',
    seed: 12,
    minutes: 40,
    weights: [[0, 5]],
    fault: 'fivefold',
    faultText: 'every endpoint of the canary fails five times as often.',
  },
  {
    name: 'late',
    title: 'A release that turns bad after one hour.',
    seed: 13,
    minutes: 100,
    weights: STEPS,
    fault: 'late',
    faultText: 'every endpoint of the canary fails five times as often from minute 60.',
  },
  {
    name: 'endpoint',
    title: 'A release with one broken endpoint that has 1.8% of the traffic.',
    seed: 14,
    minutes: 60,
    weights: [[0, 5]],
    fault: 'endpoint',
    faultText: `every request of the canary to ${BROKEN_ENDPOINT} fails.`,
  },
  {
    name: 'incident',
    title: 'A healthy release during an incident that hits canary and stable alike.',
    seed: 15,
    minutes: 110,
    weights: [
      [0, 5],
      [8, 10],
    ],
    fault: 'incident',
    faultText:
      'from minute 3 a third (35%) of all requests that would have been good fails, in both cohorts.',
  },
  {
    name: 'no-traffic',
    title: 'A release whose canary gets no traffic.',
    seed: 16,
    minutes: 100,
    weights: [],
    fault: 'none',
    faultText: 'no request reaches the canary.',
  },
];
