import type { Role } from '../../src/core/counts.ts';
import { MINUTE, type EpochMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';

/** What one release counted in one group and bucket. */
export interface TruthRow {
  readonly time: EpochMs;
  readonly hash: string;
  readonly group: string;
  readonly good: number;
  readonly bad: number;
}

const START: EpochMs = Date.UTC(2024, 4, 1, 12);
const END = START + 30 * MINUTE;

/** Asked for; the truth goes on for five minutes on both sides. */
export const WINDOW: Window = { start: START, end: END, bucketMs: MINUTE };

/** Releases whose hashes begin or end like each other; `unknown` has no rows. */
export const HASHES = {
  canary: '6d4b75cb6d',
  stable: '5f9c8b7d44',
  prefixOfCanary: '6d4b75cb6',
  canaryIsPrefix: '6d4b75cb6d7',
  suffixOfCanary: 'd4b75cb6d',
  unknown: '7c8d9f6b55',
} as const;

export const GROUPS = {
  busy: 'GET /cart',
  quiet: 'POST /orders',
  /** An endpoint that this release adds. */
  canaryOnly: 'GET /wishlist',
  awkward: 'GET /search/"a, b" {x}=*|ü',
} as const;

/** Nobody reported anything in this minute. */
export const HOLE = START + 7 * MINUTE;
/** Both sides were measured and had no requests. */
export const ZERO = START + 9 * MINUTE;
/** Only stable reported here: [from, to). */
export const CANARY_ABSENT = { from: START + 14 * MINUTE, to: START + 18 * MINUTE } as const;
/** The canary gets its first traffic here. */
export const CANARY_START = START + 3 * MINUTE;

/** A recording of two releases under comparison and three others nearby, with everything that goes wrong. */
export const TRUTH: readonly TruthRow[] = [...minutes()].flatMap((time) =>
  Object.values(HASHES)
    .filter((hash) => reports(hash, time))
    .flatMap((hash, nth) =>
      Object.values(GROUPS)
        .filter((group) => serves(hash, group, time))
        .map((group, index) => ({ time, hash, group, ...counts(time, nth * 5 + index) })),
    ),
);

function* minutes(): Generator<EpochMs> {
  for (let time = START - 5 * MINUTE; time < END + 5 * MINUTE; time += MINUTE) yield time;
}

function reports(hash: string, time: EpochMs): boolean {
  if (hash === HASHES.unknown || time === HOLE) return false;
  if (hash !== HASHES.canary) return true;
  return time >= CANARY_START && !(time >= CANARY_ABSENT.from && time < CANARY_ABSENT.to);
}

function serves(hash: string, group: string, time: EpochMs): boolean {
  if (group === GROUPS.canaryOnly) return hash === HASHES.canary;
  // A quiet endpoint is not called every minute, and then there is nothing to report of it.
  return group !== GROUPS.quiet || (time / MINUTE) % 3 !== 0;
}

function counts(time: EpochMs, salt: number): { good: number; bad: number } {
  if (time === ZERO) return { good: 0, bad: 0 };
  const step = time / MINUTE;
  return { good: 20 + ((step * 7 + salt * 13) % 31), bad: (step + salt) % 4 === 0 ? 1 + (salt % 3) : 0 };
}

/** The points that a provider must give for one release, on the window's own grid. */
export function expectedPoints(
  role: Role,
  hash: string,
  window: Window,
  group?: string,
): [EpochMs, number][] {
  const points = new Map<EpochMs, number>();
  for (const row of TRUTH) {
    if (row.hash !== hash || (group !== undefined && row.group !== group)) continue;
    if (row.time < window.start || row.time >= window.end) continue;
    const bucket = Math.floor(row.time / window.bucketMs) * window.bucketMs;
    points.set(bucket, (points.get(bucket) ?? 0) + { ...row, total: row.good + row.bad }[role]);
  }
  return [...points].toSorted(([a], [b]) => a - b);
}
