import { NO_EVENTS, total, type Bucket, type Events, type Pair } from './counts.ts';
import { burnLogRatio } from './stats/harm.ts';
import { MINUTE, type EpochMs } from './units.ts';
import {
  INFERIOR_RATIO,
  NOT_WORSE_SIZE,
  addNotWorse,
  cleanEventsNeeded,
  mixRoutes,
  notWorseLogEvidence,
  safeLogEvidence,
  unsafeFraction,
} from './stats/safety.ts';

/** A pass must also rest on the newest minutes: a clean hour must not vouch for a canary gone bad since. */
const RECENT = 10 * MINUTE;
/**
 * ... and on enough events to prove anything: this many over the limit's bad fraction, and never fewer than a
 * canary without a single bad event needs, or it could not pass at all.
 */
const RECENT_EVENTS = 4;

/** Two-sample distance and ratio from which a change of the canary's share is a weight step, not noise. */
const STEP_Z = 5;
const STEP_RATIO = 1.3;

/** Entries between two prunings; the work stays linear because the mark doubles with what is kept. */
const PRUNE_EVERY = 256;

interface Entry {
  readonly time: EpochMs;
  readonly good: number;
  readonly bad: number;
  readonly stable: number;
  readonly stableBad: number;
  /** Increments of the non-inferiority proof, by strata and pooled; null in a bucket without stable. */
  readonly notWorse: Float64Array | null;
}

/** Log evidence for a pass: of the whole window, and of its newest part. */
export interface SafetyEvidence {
  readonly logSafe: number;
  readonly logNotWorse: number;
  /** Both routes mixed, on the whole window. */
  readonly log: number;
  /** The same on the newest part. */
  readonly recentLog: number;
  readonly recentFrom: EpochMs;
  /** True where the newest buckets look as bad as what a pass rules out. */
  readonly worsening: boolean;
}

/**
 * A gate waits while the newest buckets look like the upper of these multiples of the limit rather than like the
 * lower, by more than so much log likelihood ratio (CUSUM; Page, Biometrika 41, 1954). Between them no healthy canary
 * waits long; and as this only takes passes away, it costs no validity.
 */
const FINE = 0.5;
const BAD = 1.2;
const WORSENING = 1.5;
/** The sum is held here, so that what is over is forgotten within minutes. */
const MOST_WORSENING = 2 * WORSENING;
/** Buckets of stable whose bad fraction counts as its newest. */
const STABLE_BUCKETS = 5;
const HIGHEST_FRACTION = 0.97;

/** Collects what the gate needs: sums over any suffix of the window, computed when asked. */
export class SafetyLedger {
  readonly #limit: number;
  readonly #recentEvents: number;
  readonly #entries: Entry[] = [];
  readonly #notWorse = new Float64Array(2 * NOT_WORSE_SIZE);
  #pruneAt = PRUNE_EVERY;
  #bad = 0;
  #good = 0;
  #worsening = 0;

  constructor(safeBurnRate: number, budget: number, beta: number) {
    this.#limit = unsafeFraction(safeBurnRate, budget);
    this.#recentEvents = Math.max(RECENT_EVENTS / this.#limit, cleanEventsNeeded(0, 0, this.#limit, beta));
  }

  absorb(bucket: Bucket): void {
    const canary = bucket.canary ?? NO_EVENTS;
    const stable = total(bucket.stable ?? NO_EVENTS);
    const notWorse = total(canary) > 0 && stable > 0 ? compare(bucket) : null;
    if (notWorse !== null) addTo(this.#notWorse, notWorse);
    this.#bad += canary.bad;
    this.#good += canary.good;
    this.#prune();
    this.#entries.push({
      time: bucket.time,
      ...canary,
      stable,
      stableBad: bucket.stable?.bad ?? 0,
      notWorse,
    });
    this.#watch(canary);
  }

  /** The limit moves with stable, as the second route's does; the canary's own past must not excuse it. */
  #watch({ bad, good }: Events): void {
    let stable = 0;
    let stableBad = 0;
    for (const entry of this.#entries.slice(-STABLE_BUCKETS)) {
      stable += entry.stable;
      stableBad += entry.stableBad;
    }
    const limit = Math.max(this.#limit, stable > 0 ? (INFERIOR_RATIO * stableBad) / stable : 0);
    const worse = Math.min(HIGHEST_FRACTION, BAD * limit);
    const log = burnLogRatio(bad, good, Math.min(FINE * limit, worse), worse);
    this.#worsening = Math.min(MOST_WORSENING, Math.max(0, this.#worsening + log));
  }

  /** What the newest part no longer reaches back to, it never will again: a long window costs no memory. */
  #prune(): void {
    if (this.#entries.length < this.#pruneAt) return;
    this.#entries.splice(0, this.#recentStart());
    this.#pruneAt = 2 * this.#entries.length + PRUNE_EVERY;
  }

  /** Null while there is not a single judged bucket. */
  evidence(): SafetyEvidence | null {
    const from = this.#recentStart();
    const first = this.#entries[from];
    if (first === undefined) return null;
    const logSafe = safeLogEvidence(this.#bad, this.#good, this.#limit);
    const logNotWorse = weaker(this.#notWorse);
    return {
      logSafe,
      logNotWorse,
      log: mixRoutes(logSafe, logNotWorse),
      recentLog: this.#recent(from),
      recentFrom: first.time,
      worsening: this.#worsening >= WORSENING,
    };
  }

  #recent(from: number): number {
    const sums = new Float64Array(2 * NOT_WORSE_SIZE);
    let bad = 0;
    let good = 0;
    for (const entry of this.#entries.slice(from)) {
      bad += entry.bad;
      good += entry.good;
      if (entry.notWorse !== null) addTo(sums, entry.notWorse);
    }
    return mixRoutes(safeLogEvidence(bad, good, this.#limit), weaker(sums));
  }

  /** Index of the first bucket of the newest part; it never reaches back over a weight step. */
  #recentStart(): number {
    const entries = this.#entries;
    const newest = entries.at(-1);
    if (newest === undefined) return 0;
    let canary = 0;
    let stable = 0;
    let from = entries.length;
    for (let i = entries.length - 1; i >= 0; i -= 1) {
      const entry = entries[i];
      if (entry === undefined) break;
      const events = entry.good + entry.bad;
      const enough = newest.time - entry.time >= RECENT && canary >= this.#recentEvents;
      if (enough || isStep(canary, stable, events, entry.stable)) break;
      canary += events;
      stable += entry.stable;
      from = i;
    }
    return from;
  }
}

/**
 * One bucket's increments: group by group, so that another mix of endpoints is no inferiority, and pooled,
 * because a group that only the canary has is compared nowhere else.
 */
function compare(bucket: Bucket): Float64Array {
  const increments = new Float64Array(2 * NOT_WORSE_SIZE);
  const strata = increments.subarray(0, NOT_WORSE_SIZE);
  for (const stratum of bucket.groups?.values() ?? [bucket]) addStratum(strata, stratum);
  addStratum(increments.subarray(NOT_WORSE_SIZE), bucket);
  return increments;
}

function addTo(sums: Float64Array, increments: Float64Array): void {
  for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + (increments[i] ?? 0);
}

/** Evidence of the comparison that proves less: a pass needs both. */
function weaker(sums: Float64Array): number {
  return Math.min(
    notWorseLogEvidence(sums.subarray(0, NOT_WORSE_SIZE)),
    notWorseLogEvidence(sums.subarray(NOT_WORSE_SIZE)),
  );
}

function addStratum(into: Float64Array, stratum: Pair): void {
  const canary = stratum.canary ?? NO_EVENTS;
  const stable = stratum.stable ?? NO_EVENTS;
  const bad = canary.bad + stable.bad;
  if (bad > 0) addNotWorse(into, canary.bad, bad, total(canary) / (total(canary) + total(stable)));
}

/** Whether the canary's share differs between the newer buckets and the one before them by more than noise. */
function isStep(newCanary: number, newStable: number, oldCanary: number, oldStable: number): boolean {
  const newer = newCanary + newStable;
  const older = oldCanary + oldStable;
  if (newer === 0 || older === 0) return false;
  const newShare = newCanary / newer;
  const oldShare = oldCanary / older;
  const pooled = (newCanary + oldCanary) / (newer + older);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / newer + 1 / older));
  const high = Math.max(newShare, oldShare);
  const low = Math.min(newShare, oldShare);
  return spread > 0 && high - low > STEP_Z * spread && high > STEP_RATIO * low;
}
