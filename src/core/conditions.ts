import { EXPECTED_BEFORE_SILENT } from './attempt.ts';
import type { ObstacleCode } from './codes.ts';
import { NO_EVENTS, total, type Bucket } from './counts.ts';
import type { Circumstances } from './observation.ts';
import type { Policy } from './policy.ts';
import { RUN, type Stretch } from './stretch.ts';
import { useOf } from './trial.ts';
import { MINUTE, formatDuration } from './units.ts';

/** A hiccup of the provider is bridged with settled counts up to this much older than the lag (law 3). */
const BRIDGE = 5 * MINUTE;

/** Why the counts cannot be judged, in the order in which they are asked. */
export interface Obstacle {
  readonly code: ObstacleCode;
  readonly text: string;
}

export interface ConditionTerms {
  readonly policy: Policy;
  /** Declared canary share in (0, 1], where the caller gave one. */
  readonly weight: number | null;
}

/** Row 1 of the law: the first thing that keeps the counts from being judged, or null. */
export function findObstacle(
  circumstances: Circumstances,
  stretch: Stretch,
  terms: ConditionTerms,
): Obstacle | null {
  return (
    dataObstacle(circumstances, stretch, terms.policy) ??
    trafficObstacle(circumstances, stretch, terms.policy) ??
    shareObstacle(stretch, terms.weight) ??
    baselineObstacle(stretch, terms.policy)
  );
}

function dataObstacle(circumstances: Circumstances, stretch: Stretch, policy: Policy): Obstacle | null {
  const { dataAge, lag, window, ahead } = circumstances;
  const { size, covered, flaws } = stretch;
  if (ahead) {
    return {
      code: 'clock-skew',
      text: 'the newest counts lie ahead of our clock; compare the clocks (NTP) of Burngate and the metrics source',
    };
  }
  if (size === 0)
    return {
      code: 'settling',
      text: `no bucket is settled yet; counts settle ${formatDuration(lag)} after they happen`,
    };
  const recentFlaw = stretch.recent.find((bucket) => bucket.flaw !== undefined)?.flaw;
  if (recentFlaw !== undefined || flaws > (1 - policy.minCoverage) * size) {
    const text = recentFlaw ?? stretch.firstFlaw ?? '';
    return {
      code: 'partial',
      text: `the counts contradict themselves in ${String(flaws)} of ${String(size)} buckets (${text})`,
    };
  }
  if (covered === 0) return { code: 'no-data', text: `no data for either cohort in ${String(size)} buckets` };
  if (dataAge > lag + BRIDGE + window.bucketMs) {
    return {
      code: 'stale-data',
      text: `the newest settled counts are ${formatDuration(dataAge)} old, the settling lag is ${formatDuration(lag)}`,
    };
  }
  if (covered < policy.minCoverage * size) {
    return {
      code: 'coverage',
      text: `only ${String(covered)} of ${String(size)} buckets have data, ${String(Math.ceil(policy.minCoverage * size))} are needed`,
    };
  }
  return null;
}

function trafficObstacle(
  { canarySeen, silentExpected, window }: Circumstances,
  { recent }: Stretch,
  policy: Policy,
): Obstacle | null {
  // Asked before idleness: a canary that died while stable was busy is not at rest because stable rests now.
  if (silentExpected >= EXPECTED_BEFORE_SILENT) {
    return {
      code: 'canary-silent',
      text: `the canary fell silent: about ${String(Math.round(silentExpected))} events expected by its share, none seen`,
    };
  }
  const stable = sum(recent, 'stable');
  const span = formatDuration(recent.length * window.bucketMs);
  if (sum(recent, 'canary') + stable === 0) {
    return (
      holesInstead(recent, policy) ?? {
        code: 'idle',
        text: `neither canary nor stable had an event in the last ${span}`,
      }
    );
  }
  if (!canarySeen) {
    return {
      code: 'canary-silent',
      text: `no event carries the canary's hash, while stable had ${String(Math.round(stable))} in the last ${span}; check its traffic and the cohort label`,
    };
  }
  return null;
}

/** Minutes without data are no minutes without events, and a policy that passes idle ones must not see them so. */
function holesInstead(recent: readonly Bucket[], policy: Policy): Obstacle | null {
  const covered = recent.filter((bucket) => useOf(bucket) !== 'uncovered').length;
  if (covered >= policy.minCoverage * recent.length) return null;
  return {
    code: 'coverage',
    text: `only ${String(covered)} of the newest ${String(recent.length)} buckets have data, and no events are in them`,
  };
}

/** The declared weight against the share seen over the last three buckets with traffic. */
function shareObstacle({ busy: newest }: Stretch, weight: number | null): Obstacle | null {
  if (weight === null) return null;
  const canary = sum(newest, 'canary');
  const both = canary + sum(newest, 'stable');
  if (newest.length < RUN || both * weight < EXPECTED_BEFORE_SILENT) return null;
  const seen = `${percent(canary / both)} of the traffic over ${String(RUN)} buckets, its declared weight is ${percent(weight)}`;
  if (canary < 0.5 * weight * both)
    return {
      code: 'traffic-missing',
      text: `the canary saw ${seen}: requests it refuses may not be counted`,
    };
  if (canary > Math.min(1, 2 * weight) * both + 4 * Math.sqrt(both * weight)) {
    return {
      code: 'traffic-excess',
      text: `the canary saw ${seen}: mirrored traffic must not carry its label`,
    };
  }
  return null;
}

function baselineObstacle({ canaryActive: newest }: Stretch, policy: Policy): Obstacle | null {
  if (policy.onMissingStable === 'absolute') return null;
  if (newest.length === 0 || newest.some((bucket) => useOf(bucket) === 'paired')) return null;
  return {
    code: 'no-baseline',
    text: `stable has no traffic to compare with in the last ${String(newest.length)} buckets of the canary; check its hash and label`,
  };
}

/** Events of one cohort over some buckets. */
export function sum(buckets: readonly Bucket[], cohort: 'canary' | 'stable'): number {
  return buckets.reduce((events, bucket) => events + total(bucket[cohort] ?? NO_EVENTS), 0);
}

/** A ratio for people: three significant digits at most. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${String(Number(value.toPrecision(value >= 10 ? 3 : 2)))}%`;
}
