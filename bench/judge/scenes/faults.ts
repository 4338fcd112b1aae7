import type { Bucket } from '../../../src/core/counts.ts';
import type { Fault } from '../information.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { simulate } from './scene.ts';

function scenario(
  [canary, stable]: readonly [number, number],
  stableBad: number,
  canaryBad: number,
  target: number,
  margin = 1,
): Fault {
  return { canary, stable, stableBad, canaryBad, target, margin };
}

/** The nine fixed scenarios; B = 1. */
export const FAULTS: readonly Fault[] = [
  scenario([300, 2700], 0.001, 0.01, 0.995),
  scenario([30, 270], 0.001, 0.02, 0.995),
  scenario([150, 2850], 0.001, 0.015, 0.995),
  scenario([1500, 1500], 0.0005, 0.0025, 0.999),
  scenario([600, 5400], 0.002, 0.009, 0.995),
  scenario([1000, 9000], 0.0001, 0.0013, 0.9995),
  scenario([500, 4500], 0.004, 0.009, 0.995),
  scenario([200, 1800], 0.008, 0.02, 0.99),
  scenario([300, 2700], 0.002, 0.012, 0.995, 2),
];

/** Minutes before the fault: from the start, and after a clean hour. */
export const ONSETS = [0, 60];
/** Minutes that a fault is watched for; a method that never fails it is charged all of them. */
export const WATCHED = 240;

/** A release that turns bad after `onset` minutes. */
export function faultyRelease(random: Random, fault: Fault, onset: number): Bucket[] {
  const { canary, stable, canaryBad, stableBad } = fault;
  return simulate(random, onset + WATCHED, (index) => ({
    canary,
    stable,
    stableBad,
    canaryBad: index < onset ? stableBad : canaryBad,
  }));
}

export function nameOf(fault: Fault): string {
  const share = (p: number): string => `${String(Number((100 * p).toPrecision(4)))}%`;
  const margin = fault.margin === 1 ? '' : `, M ${String(fault.margin)}`;
  return `${String(fault.canary)}/${String(fault.stable)}, ${share(fault.stableBad)} -> ${share(fault.canaryBad)}, SLO ${share(fault.target)}${margin}`;
}
