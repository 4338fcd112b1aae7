import { simulate, type Rates, type Scene } from './scene.ts';

/** One look a minute for four hours. */
export const LOOKS = 240;
/** Both cohorts together, a minute. */
export const TRAFFIC = 3000;

const STRICT = { target: 0.995, maxBurnRate: 1, margin: 1, grouped: false };
const STEPS = [0.05, 0.1, 0.25, 0.5];

function split(share: number, bad: number, stableBad = bad, traffic = TRAFFIC): Rates {
  const canary = Math.round(share * traffic);
  return { canary, stable: traffic - canary, canaryBad: bad, stableBad };
}

function stepAt(index: number): number {
  return STEPS[Math.floor((index * STEPS.length) / LOOKS)] ?? 0.5;
}

/** A quarter of an hour in which 5% of everybody's events fail besides. */
function incident(index: number): number {
  return index >= 120 && index < 135 ? 0.05 : 0;
}

/** A day's traffic curve pressed into four hours: from a fifth to nine fifths of the mean. */
function daylight(index: number): number {
  return 1 + 0.8 * Math.sin((2 * Math.PI * index) / LOOKS);
}

function scene(name: string, rates: (index: number) => Rates, terms: Partial<Scene['terms']> = {}): Scene {
  return { name, terms: { ...STRICT, ...terms }, make: (random) => simulate(random, LOOKS, rates) };
}

/** Healthy releases (or no worse than is allowed), none of which may be failed more often than alpha. */
export const HEALTHY: readonly Scene[] = [
  scene('weight steps 5-10-25-50%, inside the budget', (i) => split(stepAt(i), 0.002)),
  scene('weight steps 5-10-25-50%, both over the budget', (i) => split(stepAt(i), 0.01)),
  scene('shared incident of 15 minutes', (i) => split(0.1, 0.001 + incident(i))),
  scene('shared incident, canary worse inside its budget', (i) =>
    split(0.1, 0.003 + incident(i), 0.0005 + incident(i)),
  ),
  scene('day-shaped traffic, errors follow the load', (i) =>
    split(0.1, 0.004 * daylight(i), undefined, Math.round(TRAFFIC * daylight(i))),
  ),
  scene('limit of the burn proof: canary exactly at 1x budget, stable a tenth', (i) =>
    split(stepAt(i), 0.005, 0.0005),
  ),
  scene('limit of the relative proof: A/A at twice the budget, M = 1', () => split(0.1, 0.01)),
  scene(
    'limit of the relative proof: exactly 1.5 times stable, M = 1.5',
    (i) => split(stepAt(i), 0.015, 0.01),
    { margin: 1.5 },
  ),
];
