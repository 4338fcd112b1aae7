import type { Weather } from './world.ts';

/** What a release deserves. */
type Truth = 'healthy' | 'bad' | 'blind';

export interface Scenario {
  readonly name: string;
  readonly truth: Truth;
  readonly weather: (column: Times) => Weather;
  /** The service itself, in minutes since the start. */
  readonly serviceDown?: (column: Times) => readonly [number, number];
  /** The service is replaced by a new one without memory. */
  readonly restartsAt?: (column: Times) => number;
  readonly controllerDown?: (column: Times) => readonly [number, number];
  readonly repeats?: true;
  /** The SLOs have a breakdown; it costs most of the time. */
  readonly grouped?: true;
  /** The last step gives the canary everything, and stable goes. */
  readonly takesAll?: true;
}

/** When things happen in a column: its releases differ in length. */
export interface Times {
  /** In the middle of a release that goes well, minutes since the start. */
  readonly middle: number;
  readonly isBlueGreen: boolean;
}

const BAD = 0.06;
const within = (minute: number, from: number, to: number): boolean => minute >= from && minute < to;
const from = (minute: number, when: number, value: number): number => (minute >= when ? value : 0.001);
/** Twelve times the budget, in both. */
const INCIDENT = 0.06;
const incident = (begin: number, end: number) => (minute: number) =>
  within(minute, begin, end) ? INCIDENT : 0.001;
const HALF_MINUTE = 0.5;
const none = (): Weather => ({});

export const SCENARIOS: readonly Scenario[] = [
  { name: 'healthy', truth: 'healthy', weather: none },
  {
    name: 'bad from the start',
    truth: 'bad',
    weather: ({ isBlueGreen }) => ({ canaryBad: () => (isBlueGreen ? 0.2 : BAD) }),
  },
  {
    name: 'turns bad late',
    truth: 'bad',
    weather: ({ middle, isBlueGreen }) => ({
      canaryBad: (minute) => from(minute, middle, isBlueGreen ? 0.2 : BAD),
    }),
  },
  {
    name: 'one endpoint broken',
    truth: 'bad',
    grouped: true,
    weather: () => ({ canaryBad: (_, endpoint) => (endpoint === '/orders' ? 1 : 0.001) }),
  },
  {
    name: 'shared incident, shorter than the gate',
    truth: 'healthy',
    weather: () => ({ canaryBad: incident(2, 17), stableBad: incident(2, 17) }),
  },
  {
    name: 'shared incident, longer than the gate',
    truth: 'blind',
    weather: () => ({ canaryBad: incident(-30, 400), stableBad: incident(-30, 400) }),
  },
  {
    name: 'bad canary during a shared incident',
    truth: 'bad',
    weather: () => ({ canaryBad: () => 0.4, stableBad: incident(-30, 400) }),
  },
  { name: 'no traffic on the canary', truth: 'blind', weather: () => ({ reaches: () => 0 }) },
  { name: 'idle night', truth: 'blind', weather: () => ({ traffic: (minute) => (minute < 0 ? 1 : 0) }) },
  {
    name: 'canary crashes silently',
    truth: 'blind',
    weather: () => ({ reaches: (minute) => (minute < 3 ? 1 : 0) }),
  },
  {
    name: 'provider down for 30 s',
    truth: 'healthy',
    weather: ({ middle }) => ({ providerDown: [middle, middle + HALF_MINUTE] }),
  },
  {
    name: 'provider down for 5 min',
    truth: 'healthy',
    weather: ({ middle }) => ({ providerDown: [middle, middle + 5] }),
  },
  {
    name: 'provider down for 30 min',
    truth: 'healthy',
    weather: ({ middle }) => ({ providerDown: [middle, middle + 30] }),
  },
  { name: 'provider down for good', truth: 'blind', weather: () => ({ providerDown: [0.5, 10_000] }) },
  {
    name: 'Burngate down for 30 s',
    truth: 'healthy',
    weather: none,
    serviceDown: ({ middle }) => [middle, middle + HALF_MINUTE],
  },
  {
    name: 'Burngate down for 5 min',
    truth: 'healthy',
    weather: none,
    serviceDown: ({ middle }) => [middle, middle + 5],
  },
  {
    name: 'Burngate down for 30 min',
    truth: 'healthy',
    weather: none,
    serviceDown: ({ middle }) => [middle, middle + 30],
  },
  { name: 'Burngate restarts', truth: 'healthy', weather: none, restartsAt: ({ middle }) => middle },
  {
    name: 'answers slower than the deadline for 3 min',
    truth: 'healthy',
    weather: ({ middle }) => ({ providerSlow: [middle, middle + 3] }),
  },
  { name: 'every measurement taken twice', truth: 'healthy', weather: none, repeats: true },
  {
    name: "Argo's controller away for 10 min",
    truth: 'healthy',
    weather: none,
    controllerDown: ({ middle }) => [middle, middle + 10],
  },
  {
    name: 'retry of the same hash after an abort',
    truth: 'healthy',
    weather: () => ({
      earlier: (minute) => (within(minute, -60, -45) ? 0.1 : 0),
      canaryBad: (minute) => (minute < 0 ? BAD : 0.001),
    }),
  },
  { name: 'stable scaled down at 100%', truth: 'healthy', weather: none, takesAll: true },
];
