import type { Fetched, Points, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';
import type { Findings } from './findings.ts';
import type { LogRequest } from './question.ts';
import type { QuestionRead } from './read-question.ts';

/** One answer of all passes: only buckets that every one of them read, as a bad count left out would read as zero. */
export function combine(reads: readonly QuestionRead[], request: LogRequest, findings: Findings): Fetched {
  const { start, end } = request.window;
  const from = Math.max(start, ...reads.map((read) => read.from));
  const until = Math.min(end, ...reads.map((read) => read.until));
  const settledUntil = until < end ? until : findings.aheadUntil;
  return {
    series: reads.flatMap((read) => withBounds(read, from, until)),
    ...(request.podLabel === undefined
      ? {}
      : {
          podSplit: reads.flatMap((read) => (read.atLeast === null ? read.tally.podSplit(from, until) : [])),
        }),
    complete: true,
    ...(settledUntil === null ? {} : { settledUntil }),
    queriesSent: [...new Set(reads.flatMap((read) => read.queriesSent))],
    notes: [...new Set([...reads.flatMap((read) => read.notes), ...findings.notes()])],
  };
}

/** In a bucket that was read in part there are at least as many as were seen, in both cohorts, and maybe more. */
function withBounds({ tally, question, atLeast }: QuestionRead, from: EpochMs, until: EpochMs): Series[] {
  const exact = tally.series(from, until);
  if (atLeast === null) return exact;
  return question.pass.roles.flatMap((role) =>
    question.sides.cohorts.map((cohort) => {
      const known = exact.find((each) => each.role === role && each.cohort === cohort)?.points ?? [];
      const before = known.filter(([time]) => time < atLeast);
      const seen = known.find(([time]) => time === atLeast)?.[1] ?? 0;
      return {
        role,
        cohort,
        points: [...before, [atLeast, seen] as const],
        atMost: [...before, [atLeast, Infinity] as const] satisfies Points,
      };
    }),
  );
}
