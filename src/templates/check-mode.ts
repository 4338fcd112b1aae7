import { MINUTE, parseDuration } from '../core/units.ts';
import { fill } from './args.ts';
import type { BurngateMetric } from './burngate-metric.ts';
import type { Tell } from './finding.ts';
import { limitOf, type LimitName, type Limits } from './limits.ts';
import { textAt } from './raw.ts';

/** Argo retries an error after ten seconds, whatever the interval says. */
const RETRY_SECONDS = 10;
/** Shorter outages of ours must not roll back: half an hour. */
const FEWEST_ERRORS = (30 * 60) / RETRY_SECONDS;
/** Six hours of a wrong address. */
const MOST_ERRORS = (6 * 3600) / RETRY_SECONDS;
/** Looks of a week, once a minute: no release takes longer. */
const NEVER = 10_000;
const LONGEST_DELAY = 60 * MINUTE;
const LONGEST_INTERVAL = 5 * MINUTE;
const SHORTEST_INTERVAL = MINUTE / 2;
const SHORTEST_GATE = 30 * MINUTE;
/** Part bucket, whole bucket and settling of the fastest source: what a window needs beyond its length. */
const SETTLING = 3 * MINUTE;

/** The limits of one metric, ready for what is to be said of them. */
class Reader {
  readonly limits: Limits;
  readonly #tell: Tell;

  constructor(limits: Limits, tell: Tell) {
    this.limits = limits;
    this.#tell = tell;
  }

  /** Says of a limit that is known and does not hold. */
  limit(
    rule: Parameters<Tell>[0],
    name: LimitName,
    wanted: number,
    holds: (value: number) => boolean,
    allowed: string,
  ): void {
    const value = limitOf(this.limits, name);
    if (value === 'unknown' || holds(value)) return;
    const isGiven = this.limits.given[name] !== undefined;
    this.#tell(rule, {
      at: isGiven ? [...this.limits.at, name] : this.limits.at,
      given: isGiven ? `${name}: ${String(value)}` : `no ${name}, which is ${String(value)}`,
      allowed,
      fix: `${name}: ${String(wanted)}`,
    });
  }

  /** Says that a limit should not be there. */
  absent(rule: Parameters<Tell>[0], name: LimitName): void {
    const value = this.limits.given[name];
    if (value === undefined || value === 0) return;
    this.#tell(rule, {
      at: [...this.limits.at, name],
      given: `${name}: ${String(value)}`,
      allowed: `no ${name}`,
      fix: `remove ${name}`,
      key: true,
    });
  }
}

/** The limits of a metric of ours, by its mode. */
export function checkMode(
  metric: BurngateMetric,
  limits: Limits,
  values: ReadonlyMap<string, string>,
  tell: Tell,
): void {
  const reader = new Reader(limits, tell);
  const allowed = `${String(FEWEST_ERRORS)} or more; ${String(200)} outlasts 33 minutes`;
  reader.limit('error-limit-low', 'consecutiveErrorLimit', 200, (value) => value >= FEWEST_ERRORS, allowed);
  const most = `at most ${String(MOST_ERRORS)}`;
  reader.limit('error-limit-high', 'consecutiveErrorLimit', 200, (value) => value <= MOST_ERRORS, most);
  reader.limit('failure-limit', 'failureLimit', 0, (value) => value === 0, '0');
  switch (metric.mode) {
    case 'watch':
      checkWatch(reader, tell);
      return checkTimes(limits, tell);
    case 'gate':
      checkGate(reader);
      checkGateTime(metric, limits, values, tell);
      return checkTimes(limits, tell);
    case 'preflight':
      reader.limit('preflight-limits', 'count', 1, (value) => value === 1 || isOnce(value, limits), '1');
      return reader.limit('preflight-limits', 'inconclusiveLimit', 0, (value) => value === 0, '0');
    case undefined:
      return undefined;
  }
}

const isOnce = (count: number, { interval }: Limits): boolean => count === 0 && interval === undefined;

/** A metric that records and decides nothing has to go on whatever happens. */
export function checkDryRun(limits: Limits, tell: Tell): void {
  const reader = new Reader(limits, tell);
  reader.absent('dry-run-ends', 'count');
  reader.absent('dry-run-ends', 'consecutiveSuccessLimit');
  for (const name of ['failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'] as const) {
    const isHigh = (value: number): boolean => value >= NEVER || value === -1;
    reader.limit('dry-run-ends', name, 100_000, isHigh, `${String(NEVER)} or more`);
  }
  if (limits.interval === undefined) {
    tell('watch-once', { at: limits.at, given: 'no interval', allowed: 'an interval', fix: 'interval: 60s' });
  }
  checkTimes(limits, tell);
}

function checkWatch(reader: Reader, tell: Tell): void {
  reader.absent('watch-count', 'count');
  reader.absent('watch-success-limit', 'consecutiveSuccessLimit');
  const isHigh = (value: number): boolean => value >= NEVER;
  reader.limit('watch-pauses', 'inconclusiveLimit', 100_000, isHigh, `${String(NEVER)} or more`);
  const { at, interval } = reader.limits;
  if (interval === undefined)
    tell('watch-once', { at, given: 'no interval', allowed: 'an interval', fix: 'interval: 60s' });
}

function checkGate(reader: Reader): void {
  const { limits } = reader;
  const count = limitOf(limits, 'count');
  reader.limit('gate-endless', 'count', 60, (value) => value > 0, 'a count of looks, such as 60');
  reader.limit('gate-unproven', 'consecutiveSuccessLimit', 1, (value) => value >= 1, '1');
  reader.limit('gate-repeats', 'consecutiveSuccessLimit', 1, (value) => value <= 1, '1');
  if (typeof count !== 'number' || count === 0) return;
  const isAll = (value: number): boolean => value >= count;
  const allowed = `the count, ${String(count)}`;
  reader.limit('gate-inconclusive-limit', 'inconclusiveLimit', count, isAll, allowed);
}

function checkGateTime(
  { body }: BurngateMetric,
  limits: Limits,
  values: ReadonlyMap<string, string>,
  tell: Tell,
): void {
  const { at, interval, initialDelay = 0 } = limits;
  const count = limitOf(limits, 'count');
  if (typeof interval !== 'number' || typeof count !== 'number' || count === 0) return;
  if (initialDelay === 'unknown') return;
  const looks = count * interval;
  const written = textAt(body, 'minWindow') ?? '';
  const parsed = parseDuration(fill(written, values));
  const window = parsed.ok ? parsed.value : 0;
  const given = `${String(count)} looks in ${minutes(looks)}`;
  if (window > 0 && initialDelay + looks <= window + SETTLING) {
    const allowed = `more than ${minutes(window + SETTLING)} for minWindow ${fill(written, values)}`;
    const fix = `count: ${String(Math.ceil((window + 60 * MINUTE) / interval))}`;
    tell('gate-below-window', { at: [...at, 'count'], given, allowed, fix });
  } else if (looks < SHORTEST_GATE) {
    const fix = `count: ${String(Math.ceil((60 * MINUTE) / interval))}`;
    tell('gate-short', { at: [...at, 'count'], given, allowed: `${minutes(SHORTEST_GATE)} or more`, fix });
  }
}

function checkTimes({ at, interval, initialDelay }: Limits, tell: Tell): void {
  if (typeof interval === 'number' && interval > LONGEST_INTERVAL) {
    const allowed = `at most ${minutes(LONGEST_INTERVAL)}`;
    tell('interval-long', {
      at: [...at, 'interval'],
      given: minutes(interval),
      allowed,
      fix: 'interval: 60s',
    });
  }
  if (typeof interval === 'number' && interval < SHORTEST_INTERVAL) {
    const given = `${String(interval / 1000)} s`;
    tell('interval-short', { at: [...at, 'interval'], given, allowed: '30s or more', fix: 'interval: 60s' });
  }
  if (initialDelay === undefined) {
    const allowed = 'the settling lag plus 3 minutes, or 0s on purpose';
    tell('delay-missing', { at, given: 'no initialDelay', allowed, fix: 'initialDelay: 5m' });
  }
  if (typeof initialDelay === 'number' && initialDelay > LONGEST_DELAY) {
    const allowed = `at most ${minutes(LONGEST_DELAY)}`;
    const given = minutes(initialDelay);
    tell('delay-long', { at: [...at, 'initialDelay'], given, allowed, fix: 'initialDelay: 5m' });
  }
}

const minutes = (ms: number): string => `${String(Math.round(ms / 6000) / 10)} min`;
