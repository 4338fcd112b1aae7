import { NO_EVENTS, total, type Bucket, type Events, type Pair } from './counts.ts';
import { Rows } from './rows.ts';
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
const PRUNE_EVERY = 32;

/** Columns of a bucket's row; behind them the increments of the non-inferiority proof, by strata and pooled. */
const [TIME, GOOD, BAD_EVENTS, STABLE, STABLE_BAD, NOT_WORSE] = [0, 1, 2, 3, 4, 5];
const INCREMENTS = 2 * NOT_WORSE_SIZE;

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
  readonly #rows = new Rows(NOT_WORSE + INCREMENTS);
  readonly #notWorse = new Float64Array(INCREMENTS);
  #pruneAt = PRUNE_EVERY;
  #bad = 0;
  #good = 0;
  #worsening = 0;
  /** Of the buckets so far; undefined: not asked for since the newest. */
  #evidence: SafetyEvidence | null | undefined;

  constructor(safeBurnRate: number, budget: number, beta: number) {
    this.#limit = unsafeFraction(safeBurnRate, budget);
    this.#recentEvents = Math.max(RECENT_EVENTS / this.#limit, cleanEventsNeeded(0, 0, this.#limit, beta));
  }

  absorb(bucket: Bucket): void {
    this.#evidence = undefined;
    const canary = bucket.canary ?? NO_EVENTS;
    const stable = total(bucket.stable ?? NO_EVENTS);
    this.#bad += canary.bad;
    this.#good += canary.good;
    this.#prune();
    // In the order of the columns.
    const row = this.#rows.add([bucket.time, canary.good, canary.bad, stable, bucket.stable?.bad ?? 0]);
    // A bucket with one cohort alone compares nothing: its increments stay zero.
    if (total(canary) > 0 && stable > 0)
      for (const [index, increment] of compare(bucket).entries())
        this.#rows.set(row, NOT_WORSE + index, increment);
    this.#addTo(this.#notWorse, row);
    this.#watch(canary);
  }

  /** The limit moves with stable, as the second route's does; the canary's own past must not excuse it. */
  #watch({ bad, good }: Events): void {
    let stable = 0;
    let stableBad = 0;
    const { length } = this.#rows;
    for (let row = Math.max(0, length - STABLE_BUCKETS); row < length; row += 1) {
      stable += this.#rows.at(row, STABLE);
      stableBad += this.#rows.at(row, STABLE_BAD);
    }
    const limit = Math.max(this.#limit, stable > 0 ? (INFERIOR_RATIO * stableBad) / stable : 0);
    const worse = Math.min(HIGHEST_FRACTION, BAD * limit);
    const log = burnLogRatio(bad, good, Math.min(FINE * limit, worse), worse);
    this.#worsening = Math.min(MOST_WORSENING, Math.max(0, this.#worsening + log));
  }

  /** What the newest part no longer reaches back to, it never will again: a long window costs no memory. */
  #prune(): void {
    if (this.#rows.length < this.#pruneAt) return;
    this.#rows.dropFirst(this.#recentStart());
    this.#pruneAt = 2 * this.#rows.length + PRUNE_EVERY;
  }

  /** Null while there is not a single judged bucket. */
  evidence(): SafetyEvidence | null {
    if (this.#evidence === undefined) this.#evidence = this.#weigh();
    return this.#evidence;
  }

  #weigh(): SafetyEvidence | null {
    const from = this.#recentStart();
    if (from >= this.#rows.length) return null;
    const logSafe = safeLogEvidence(this.#bad, this.#good, this.#limit);
    const logNotWorse = weaker(this.#notWorse);
    return {
      logSafe,
      logNotWorse,
      log: mixRoutes(logSafe, logNotWorse),
      recentLog: this.#recent(from),
      recentFrom: this.#rows.at(from, TIME),
      worsening: this.#worsening >= WORSENING,
    };
  }

  #recent(from: number): number {
    const sums = new Float64Array(INCREMENTS);
    let bad = 0;
    let good = 0;
    for (let row = from; row < this.#rows.length; row += 1) {
      bad += this.#rows.at(row, BAD_EVENTS);
      good += this.#rows.at(row, GOOD);
      this.#addTo(sums, row);
    }
    return mixRoutes(safeLogEvidence(bad, good, this.#limit), weaker(sums));
  }

  #addTo(sums: Float64Array, row: number): void {
    for (let i = 0; i < INCREMENTS; i += 1) sums[i] = (sums[i] ?? 0) + this.#rows.at(row, NOT_WORSE + i);
  }

  /** Index of the first bucket of the newest part; it never reaches back over a weight step. */
  #recentStart(): number {
    const rows = this.#rows;
    const newest = rows.length - 1;
    let canary = 0;
    let stable = 0;
    let from = rows.length;
    for (let row = newest; row >= 0; row -= 1) {
      const events = rows.at(row, GOOD) + rows.at(row, BAD_EVENTS);
      const enough = rows.at(newest, TIME) - rows.at(row, TIME) >= RECENT && canary >= this.#recentEvents;
      if (enough || isStep(canary, stable, events, rows.at(row, STABLE))) break;
      canary += events;
      stable += rows.at(row, STABLE);
      from = row;
    }
    return from;
  }
}

/**
 * One bucket's increments: group by group, so that another mix of endpoints is no inferiority, and pooled,
 * because a group that only the canary has is compared nowhere else.
 */
function compare(bucket: Bucket): Float64Array {
  const increments = new Float64Array(INCREMENTS);
  const strata = increments.subarray(0, NOT_WORSE_SIZE);
  for (const stratum of bucket.groups?.values() ?? [bucket]) addStratum(strata, stratum);
  addStratum(increments.subarray(NOT_WORSE_SIZE), bucket);
  return increments;
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
