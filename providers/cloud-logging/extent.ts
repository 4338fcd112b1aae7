import { HOUR, MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { alignDown, type Window } from '../../src/core/window.ts';
import type { CloudLoggingSettings } from './settings.ts';
import { headOf } from './entry.ts';
import { SEARCH, type FirstEntries, type FirstSeen } from './first-entry.ts';
import type { Look } from './look.ts';
import type { Question } from './question.ts';
import type { PageSource } from './read-span.ts';

/** How much of a window has to be read. */
export interface Extent {
  /** Every entry from here to the window's end; the window's end where none. */
  readonly from: EpochMs;
  /** Before `from`, newest first and only what is cheap: stable alone, which no test needs. */
  readonly before: { readonly from: EpochMs; readonly maxPages: number } | null;
  readonly note: string | null;
}

/** Reading a window this short costs no more than finding out what can be left out. */
const SHORT: DurationMs = 15 * MINUTE;
/** Without the canary, stable's last hour says whether the service is busy; a preflight asks for no more. */
const STABLE_VIEW: DurationMs = HOUR;

export interface ExtentDeps {
  readonly source: PageSource;
  readonly settings: CloudLoggingSettings;
  readonly first: FirstEntries;
  readonly now: () => EpochMs;
}

/**
 * What of a window is worth reading. Stable's entries before the canary's first one decide nothing and are most of
 * what a look-back of hours would cost, so where the canary begins is asked first: one call for one entry.
 */
export async function extentOf(
  question: Question,
  { window, isNewest }: { readonly window: Window; readonly isNewest: boolean },
  look: Look,
  deps: ExtentDeps,
  signal: AbortSignal,
): Promise<Extent> {
  const { start, end, bucketMs } = window;
  const whole: Extent = { from: start, before: null, note: null };
  // Its hash is none, so it cannot have an entry.
  if (!question.sides.cohorts.includes('canary')) return withoutCanary(window, isNewest, deps);
  const key = JSON.stringify([question.key, 'first']);
  const known = deps.first.find(key, start, end);
  if (known === null && end - start <= SHORT) return whole;
  const seen = known ?? (await search(question, window, look, deps, signal));
  if (seen === null) return whole;
  deps.first.keep(key, seen);
  const { first } = seen;
  if (first !== null && first < start) return whole;
  if (first === null || first >= end) return withoutCanary(window, isNewest, deps);
  const from = alignDown(first, bucketMs);
  return {
    from,
    before: from > start ? { from: Math.max(start, from - STABLE_VIEW), maxPages: 1 } : null,
    note: from > start ? leftOut(from) : null,
  };
}

function withoutCanary({ start, end }: Window, isNewest: boolean, { settings }: ExtentDeps): Extent {
  const note =
    'the canary has no log entry in this time, so stable was read only as far as the budget allows';
  // Only the newest part of a look has to know whether stable is busy.
  const before = isNewest
    ? { from: Math.max(start, end - STABLE_VIEW), maxPages: settings.pagesPerLook }
    : null;
  return { from: end, before, note };
}

function leftOut(from: EpochMs): string {
  return `log entries of stable were read from ${new Date(from).toISOString()} on, where the canary begins, and before that as far as one page goes`;
}

/** The canary's first entry in the time that an analysis looks back on; null: the budget is spent already. */
async function search(
  question: Question,
  { start, end }: Window,
  look: Look,
  { source, now }: ExtentDeps,
  signal: AbortSignal,
): Promise<FirstSeen | null> {
  const from = Math.min(start, end - SEARCH);
  let pageToken = '';
  for (;;) {
    if (look.take() !== null) return null;
    const page = await source.list(
      {
        resourceNames: question.resourceNames,
        filter: question.filter(from, end, ['canary']),
        order: 'oldest first',
        pageSize: SEARCH_PAGE,
        pageToken,
        party: question.analysis,
      },
      signal,
    );
    const found = page.entries.filter((entry) => question.sides.of(entry) === 'canary');
    const times = found.flatMap((entry) => headOf(entry)?.timestamp ?? []);
    const first = times.length > 0 ? Math.min(...times) : null;
    if (first !== null || page.nextPageToken === '' || page.nextPageToken === pageToken)
      return { from, to: Math.min(end, now()), first };
    pageToken = page.nextPageToken;
  }
}

/** A prefix match may find others first, and an exact one its own upper case. */
const SEARCH_PAGE = 10;
