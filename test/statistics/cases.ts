import fc from 'fast-check';
import type { PolicyOverrides } from '../../src/core/policy.ts';
import { decide, type Judgement, type Question } from '../../src/core/verdict.ts';
import { ask, buckets, observe, type Row, type Shorthand } from './scenes.ts';

export const SEED = 20260105;
/** Better is smaller. */
export const RANK = { pass: 0, inconclusive: 1, fail: 2 } as const;

/** Fractions around budget, margin and disaster, so that every verdict is reached. */
const fraction = fc.constantFrom(0, 0, 0.002, 0.005, 0.01, 0.03, 0.1, 0.5, 1);

export function cohort(
  most: number,
  fractions: fc.Arbitrary<number> = fraction,
): fc.Arbitrary<[number, number]> {
  return fc
    .tuple(fc.integer({ min: 0, max: most }), fractions, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([all, share, luck]) => [Math.min(all, Math.floor(all * share + luck)), all]);
}

export const GROUPS = ['GET /a', 'GET /b', 'GET /c'] as const;
export const plainRow: fc.Arbitrary<Row> = fc.record({ canary: cohort(200), stable: cohort(2000) });
export const groupedRow: fc.Arbitrary<Row> = fc
  .tuple(
    fc.tuple(cohort(100), cohort(900)),
    fc.tuple(cohort(60), cohort(500)),
    fc.tuple(cohort(9), cohort(80)),
  )
  .map(([a, b, c]) => ({ groups: { [GROUPS[0]]: a, [GROUPS[1]]: b, [GROUPS[2]]: c } }));

export interface Case {
  readonly question: Question;
  readonly given: readonly Row[];
}

const policies: fc.Arbitrary<PolicyOverrides> = fc.record(
  {
    maxBurnRate: fc.constantFrom(0.5, 1, 10),
    margin: fc.constantFrom(1, 1.5, 3),
    alpha: fc.constantFrom(0.01, 0.05),
    unprovenGate: fc.constantFrom('inconclusive' as const, 'pass' as const),
    onIdle: fc.constantFrom('inconclusive' as const, 'pass' as const),
    'breakdown.onHarm': fc.constantFrom('fail' as const, 'inconclusive' as const, 'report' as const),
  },
  { requiredKeys: [] },
);

export function cases(row: (grouped: boolean) => fc.Arbitrary<Row>): fc.Arbitrary<Case> {
  return fc.boolean().chain((grouped) =>
    fc.record({
      question: fc
        .tuple(policies, fc.constantFrom('watch' as const, 'gate' as const))
        .map(([policy, mode]) => ask({ mode, grouped }, policy)),
      // Runs of equal rows, because nothing is ever proven by noise alone.
      given: fc
        .array(fc.tuple(row(grouped), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 4 })
        .map((runs) => runs.flatMap(([each, times]) => Array.from({ length: times }, () => each))),
    }),
  );
}

export const anyCase = cases((grouped) => (grouped ? groupedRow : plainRow));

export function judgeCase({ question, given }: Case): Judgement {
  return decide(question, observe(buckets(given)));
}

/** The same row with `events` more bad among the good ones of one cohort; null where there are none. */
function worsen(row: Row, side: 'canary' | 'stable', events: number): Row | null {
  const worse = (short: Shorthand): Shorthand =>
    short === null || short[0] >= short[1] ? null : [Math.min(short[1], short[0] + events), short[1]];
  if ('groups' in row) {
    const name = Object.keys(row.groups).find((key) =>
      worse(row.groups[key]?.[side === 'canary' ? 0 : 1] ?? null),
    );
    const pair = name === undefined ? undefined : row.groups[name];
    if (name === undefined || pair === undefined) return null;
    const both: readonly [Shorthand, Shorthand] =
      side === 'canary' ? [worse(pair[0]), pair[1]] : [pair[0], worse(pair[1])];
    return { groups: { ...row.groups, [name]: both } };
  }
  if ('flaw' in row) return null;
  const short = worse(row[side]);
  return short === null ? null : { ...row, [side]: short };
}

export const change = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  events: fc.constantFrom(1, 2, 30),
});

export function changed(
  given: readonly Row[],
  side: 'canary' | 'stable',
  { at, events }: { readonly at: number; readonly events: number },
): readonly Row[] | null {
  const index = Math.floor(at * given.length);
  const row = given[index];
  const worse = row === undefined ? null : worsen(row, side, events);
  return worse === null ? null : given.with(index, worse);
}
