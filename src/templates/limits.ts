import type { Path } from '../config/path.ts';
import { fill, tagsIn } from './args.ts';
import { goDuration } from './go-duration.ts';
import { textAt, type RawObject } from './raw.ts';

export const LIMITS = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;
export type LimitName = (typeof LIMITS)[number];

/** The limits of a metric with the known args filled in. */
export interface Limits {
  /** What was written down; undefined: nothing, `unknown`: an arg without a value yet, or no number at all. */
  readonly given: Readonly<Record<LimitName, number | 'unknown' | undefined>>;
  /** Milliseconds; `unknown` as above. */
  readonly interval: number | 'unknown' | undefined;
  readonly initialDelay: number | 'unknown' | undefined;
  /** Where the metric stands. */
  readonly at: Path;
}

const FALLBACKS: Readonly<Record<LimitName, number>> = {
  count: 0,
  failureLimit: 0,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
};

export function readLimits(metric: RawObject, at: Path, values: ReadonlyMap<string, string>): Limits {
  return {
    given: Object.fromEntries(
      LIMITS.map((name) => [name, readLimit(metric[name], values)]),
    ) as Limits['given'],
    interval: readDuration(textAt(metric, 'interval'), values),
    initialDelay: readDuration(textAt(metric, 'initialDelay'), values),
    at,
  };
}

/** The limit as Argo uses it, its own default where none is given. */
export function limitOf({ given }: Limits, name: LimitName): number | 'unknown' {
  return given[name] ?? FALLBACKS[name];
}

function readLimit(raw: unknown, values: ReadonlyMap<string, string>): number | 'unknown' | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string') return 'unknown';
  const text = fill(raw, values);
  return /^[+-]?\d+$/.test(text) ? Number(text) : 'unknown';
}

function readDuration(
  raw: string | undefined,
  values: ReadonlyMap<string, string>,
): number | 'unknown' | undefined {
  if (raw === undefined || raw === '') return undefined;
  return goDuration(fill(raw, values)) ?? 'unknown';
}

/** Whether the text still has an arg whose value is not known. */
export function isOpenText(raw: unknown, values: ReadonlyMap<string, string>): boolean {
  return typeof raw === 'string' && tagsIn(fill(raw, values)).length > 0;
}

/** Whether a metric goes on until somebody stops it: an interval and no count. */
export function isEndless(limits: Limits): boolean {
  const count = limitOf(limits, 'count');
  return (count === 0 || count === 'unknown') && limits.interval !== undefined;
}
