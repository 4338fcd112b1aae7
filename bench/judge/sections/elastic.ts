import { NO_EVENTS, total } from '../../../src/core/counts.ts';
import { DATA_FILES, elasticBad, isThere } from '../data.ts';
import { BASELINES } from '../methods/baselines.ts';
import { BURNGATE } from '../methods/burngate.ts';
import { firstFail, type Method } from '../methods/method.ts';
import { Tally, hits, quantileOr, type Outcomes } from '../outcomes.ts';
import { randomOf } from '../random.ts';
import { splitLog } from '../scenes/real.ts';
import { outcomesOf, type Job, type Section } from '../section.ts';
import { percent, type Table, type Target } from '../table.ts';
import { legend, missingData } from './false-fail.ts';

const RUNS = 400;
const LOOKS = 120;
const SHARE = 0.1;
const TERMS = { target: 0.99, maxBurnRate: 1, margin: 1, alpha: 0.05, grouped: false };

/** Extra failures in percentage points, what must be found, and how soon (canary requests, median). */
const EXTRAS: readonly { readonly points: number; readonly found?: number; readonly median?: number }[] = [
  { points: 0 },
  { points: 1, found: 0.2 },
  { points: 2, found: 0.7 },
  { points: 5, found: 1, median: 120 },
  { points: 10, found: 1, median: 50 },
];

async function work(job: Job): Promise<Outcomes> {
  const tally = new Tally();
  const bad = elasticBad();
  const base = bad.filter(Boolean).length / bad.length;
  const methods = [BURNGATE, ...BASELINES];
  const points = Number(job.scenario);
  for (let run = job.from; run < job.to; run += 1) {
    // Only good requests can turn bad, so the chance is scaled to add the full percentage points.
    const extra = points / 100 / (1 - base);
    const buckets = splitLog(randomOf(`elastic/${job.scenario}`, run), bad, {
      looks: LOOKS,
      share: SHARE,
      extra,
    });
    for (const method of methods) {
      if (run % (method.every ?? 1) !== 0) continue;
      const at = firstFail(method.start(TERMS), buckets);
      const seen = buckets.slice(0, (at ?? buckets.length) + 1);
      const requests = seen.reduce((sum, { canary }) => sum + total(canary ?? NO_EVENTS), 0);
      tally.note(method.name, at === null ? null : requests);
    }
  }
  return tally.outcomes;
}

function targets(results: ReadonlyMap<string, Outcomes>): Target[] {
  return EXTRAS.flatMap(({ points, found, median }): Target[] => {
    const list = outcomesOf(results, String(points))[BURNGATE.name] ?? [];
    const rate = list.length === 0 ? null : hits(list) / list.length;
    const name = `+${String(points)} percentage points`;
    if (found === undefined) return [{ text: 'no extra failures: failed', value: rate, limit: TERMS.alpha }];
    return [
      { text: `${name}: found`, value: rate, limit: found, atLeast: true },
      ...(median === undefined
        ? []
        : [
            {
              text: `${name}: canary requests, median`,
              value: quantileOr(list, 0.5, Infinity),
              limit: median,
            },
          ]),
    ];
  });
}

function table(results: ReadonlyMap<string, Outcomes>, methods: readonly Method[]): Table {
  return {
    title: `elastic access log, ${percent(SHARE)} canary, ${String(LOOKS)} looks, SLO 99%, alpha ${String(TERMS.alpha)}`,
    columns: ['method', ...EXTRAS.flatMap(({ points }) => [`+${String(points)} pp`, 'median requests'])],
    rows: methods.map(({ name }) => [
      name,
      ...EXTRAS.flatMap(({ points }) => {
        const list = outcomesOf(results, String(points))[name] ?? [];
        const median = quantileOr(list, 0.5, Infinity);
        return [
          percent(list.length === 0 ? null : hits(list) / list.length),
          median === Infinity ? 'whole log' : median,
        ];
      }),
    ]),
    notes: [
      'data: access log of elastic/examples, Apache-2.0; slices of equal length in its order; bad = 4xx or 5xx (2.2%)',
      ...legend(methods),
    ],
    targets: targets(results),
  };
}

export const ELASTIC: Section = {
  name: 'elastic',
  plan: ({ quick }) =>
    isThere('elastic')
      ? EXTRAS.map(({ points }) => ({ scenario: String(points), runs: quick ? 100 : RUNS, chunk: 100 }))
      : [],
  work,
  async report(results) {
    if (isThere('elastic')) return [table(results, [BURNGATE, ...BASELINES])];
    const notes = missingData(['elastic']);
    return [
      {
        title: `elastic: skipped, ${DATA_FILES.elastic} is not there`,
        columns: [],
        rows: [],
        notes,
        targets: [],
      },
    ];
  },
};
