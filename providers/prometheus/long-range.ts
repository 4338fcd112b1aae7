import { COHORTS } from '../../src/core/counts.ts';
import type { CountsRequest } from '../../src/core/provider.ts';
import { DAY, HOUR, SECOND, type DurationMs } from '../../src/core/units.ts';
import type { Window } from '../../src/core/window.ts';
import type { CohortRules } from './cohorts.ts';
import { Counts } from './counts.ts';
import { pieces } from './fetch-counts.ts';
import type { Increment, Line } from './line.ts';
import { iso, linesOf, type Ask, type Labelling, type ReadOptions } from './read-span.ts';
import { labelText } from './selector.ts';

/** Points of one call: a server evaluates a day of hours within the time of a call. */
const PIECE_BUCKETS = 24;

/**
 * Whether the server is to sum: for reports, as weeks of samples would be millions. An analysis asks for the releases
 * of at most some hours, and its counts are exact whatever its bucket is.
 */
export function isForReport({
  window,
  cohorts,
}: Pick<CountsRequest<unknown>, 'window' | 'cohorts'>): boolean {
  if (window.bucketMs < HOUR) return false;
  return window.end - window.start > DAY || COHORTS.some((cohort) => cohorts[cohort]?.match === 'any');
}

/** Counts by the server's `increase()`, for reports: extrapolated to the edges of each bucket, so rounded. */
export async function countIncreases(
  asks: readonly Ask[],
  window: Window,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Counts> {
  const counts = new Counts(window);
  const { bucketMs } = window;
  options.record.note(
    'buckets are the increase() of the server: extrapolated, by up to one scrape interval at each end of a series',
  );
  await Promise.all(
    asks.flatMap((ask) =>
      pieces(window, PIECE_BUCKETS * bucketMs).map(async ({ start, end }) => {
        const query = increaseQuery(ask, options.labelling, bucketMs);
        options.record.sent(
          `${query} from ${iso(start + bucketMs)} to ${iso(end)} step ${String(bucketMs / SECOND)}s`,
        );
        const answer = await options.api.range(
          query,
          { start: start + bucketMs, end, step: bucketMs },
          signal,
        );
        options.record.told(answer);
        // What is summed has no replicas any more.
        const lines = linesOf(
          ask,
          answer.series,
          { ...options.labelling, replicaLabels: [] },
          options.record,
        );
        counts.add(lines.flatMap((line) => increasesOf(line)));
      }),
    ),
  );
  return counts;
}

function increaseQuery({ source, rules }: Ask, labelling: Labelling, bucketMs: DurationMs): string {
  const inner = `increase(${source.selector}[${String(bucketMs / SECOND)}s])`;
  const kept = [...new Set([...cohortLabels(rules), labelling.groupBy, labelling.podLabel])].filter(
    (label) => label !== undefined,
  );
  const { histogram } = source.query;
  const by = histogram?.kind === 'classic' ? [...kept, 'le'] : kept;
  if (by.length === 0) return `sum(${inner})`;
  return `sum by (${by.map((label) => labelText(label)).join(',')}) (${inner})`;
}

function cohortLabels(rules: CohortRules): string[] {
  return COHORTS.flatMap((cohort) => {
    const rule = rules[cohort];
    return rule.kind === 'label' ? [rule.label] : [];
  });
}

function increasesOf(line: Line): Increment[] {
  return line.samples.map(({ time, all, low, high }) => {
    switch (line.role) {
      case 'total':
        return { line, time, least: all, most: all };
      case 'good':
        return { line, time, least: low, most: high };
      case 'bad':
        return { line, time, least: all - high, most: all - low };
    }
  });
}
