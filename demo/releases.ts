/** First canary weight of every recorded release (the header of each file says so too). */
export const FIRST_WEIGHT = new Date('2015-05-17T10:20:00Z');

/** Something that is taken away for a while, in minutes after the first weight. */
export interface Outage {
  readonly of: 'provider' | 'service';
  readonly from: number;
  readonly to: number;
}

export interface DemoRelease {
  readonly key: string;
  readonly title: string;
  /** Name of the counts in examples/releases and of their SLO. */
  readonly counts: string;
  readonly outage?: Outage;
  /** Minute at which `--kill` kills the service. */
  readonly middle: number;
}

export const RELEASES: readonly DemoRelease[] = [
  { key: 'a', title: 'healthy', counts: 'healthy', middle: 60 },
  { key: 'b', title: 'five times the errors from the start', counts: 'fivefold', middle: 5 },
  { key: 'c', title: 'turns bad after one hour', counts: 'late', middle: 61 },
  { key: 'd', title: 'one endpoint broken, 1.8% of the traffic', counts: 'endpoint', middle: 5 },
  { key: 'e', title: 'a shared incident that outlasts the gate', counts: 'incident', middle: 40 },
  {
    key: 'f',
    title: 'healthy, the provider is down for ten minutes',
    counts: 'healthy',
    outage: { of: 'provider', from: 30, to: 40 },
    middle: 35,
  },
  { key: 'g', title: 'the canary gets no traffic', counts: 'no-traffic', middle: 30 },
  {
    key: 'h',
    title: 'healthy, Burngate itself is down for ten minutes',
    counts: 'healthy',
    outage: { of: 'service', from: 30, to: 40 },
    middle: 60,
  },
];
