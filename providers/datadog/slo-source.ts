import type { Cohort } from '../../src/core/counts.ts';
import { formatDuration } from '../../src/core/units.ts';
import { bucketTimes, type Window } from '../../src/core/window.ts';
import type { DatadogClient } from './client.ts';
import { invalidScope, rejected } from './fault.ts';
import type { SloQuery } from './query-model.ts';
import { onGrid, readSloHistory, type SloCounts } from './slo-answer.ts';
import { joinReports, type RoleQuery, type SourceAsk, type SourceReport } from './source.ts';

/** Buckets that are asked one by one, where the history's own intervals are wider than they are. */
const MAX_CALLS = 24;

/** Counts of the whole service from an SLO that Datadog keeps; releases it cannot tell apart. */
export async function fetchSlo(
  client: DatadogClient,
  queries: readonly RoleQuery<SloQuery>[],
  ask: SourceAsk,
): Promise<SourceReport> {
  const reports = await Promise.all(queries.map(async (query) => fetchOne(client, query, ask)));
  return joinReports(reports);
}

async function fetchOne(
  client: DatadogClient,
  [role, { slo }]: RoleQuery<SloQuery>,
  { request, tally, signal }: SourceAsk,
): Promise<SourceReport> {
  const cohort = wholeOf(slo, request.cohorts);
  if (cohort === null) return { complete: true, queriesSent: [], notes: [] };
  if (request.groupBy !== undefined) {
    throw rejected(
      `The Datadog SLO ${slo} has no groups.`,
      'Leave burngate.io/breakdown out, or give the queries themselves.',
    );
  }
  for (const what of ['namespace', 'cluster'] as const) {
    if (request.scope[what] !== undefined) throw invalidScope(what, `The Datadog SLO ${slo}`);
  }
  const { window } = request;
  const points = await history(client, slo, window, signal);
  tally.add(
    { role, cohort },
    points
      // Datadog fills what is missing with zero; no valid event at all is no measurement.
      .filter(([, , total]) => total > 0)
      .map(([time, good, total]) => [time, { good, bad: Math.max(0, total - good), total }[role]] as const),
  );
  const span = `${new Date(window.start).toISOString()}..${new Date(window.end).toISOString()}`;
  return {
    complete: true,
    queriesSent: [`datadog slo history ${span} every ${formatDuration(window.bucketMs)}: ${role} = ${slo}`],
    notes: [],
  };
}

function wholeOf(slo: string, cohorts: SourceAsk['request']['cohorts']): Cohort | null {
  const asked = (['canary', 'stable'] as const).filter((side) => cohorts[side] !== null);
  const [first] = asked;
  if (first === undefined) return null;
  if (asked.length === 1 && cohorts[first]?.match === 'any') return first;
  throw rejected(
    `The Datadog SLO ${slo} counts the whole service and cannot tell canary from stable.`,
    'Use it for reports; for analyses give the queries behind it (its page shows them) as source metrics.',
  );
}

async function history(
  client: DatadogClient,
  slo: string,
  window: Window,
  signal: AbortSignal,
): Promise<SloCounts['points']> {
  const ask = async (from: number, to: number): Promise<SloCounts> =>
    readSloHistory(await client.call({ endpoint: 'slo', slo, from, to }, signal));
  const counts = await ask(window.start, window.end);
  const points = onGrid(counts, window);
  if (points !== null) return points;
  const times = bucketTimes(window);
  if (times.length > MAX_CALLS) {
    throw rejected(
      `Datadog keeps the history of the SLO ${slo} over this span in intervals of ${formatDuration(counts.intervalMs)}, wider than the buckets of ${formatDuration(window.bucketMs)} or across their borders.`,
      'Ask for wider buckets or a shorter span, or give the queries themselves as source metrics.',
    );
  }
  return Promise.all(
    times.map(async (time) => {
      const { sum } = await ask(time, time + window.bucketMs);
      return [time, sum.good, sum.total] as const;
    }),
  );
}
