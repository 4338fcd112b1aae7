import type { DrillStore } from './drill-store.ts';
import { demand } from '../support/demand.ts';
import { CLIENTS, Load, type Answered } from './load.ts';
import { startService, type Service } from '../serve-process.ts';
import type { HistoryRows } from '../support/history-rows.ts';

const BEFORE = 60;
const DURING = 30;

export interface DrillResult {
  /** Rows that were committed before the backup began and are not there after the restore. */
  readonly lost: readonly string[];
  /** Rows that are there after the restore and never were before. */
  readonly invented: readonly string[];
  /** Analyses whose number of looks is not that of the looks that are there. */
  readonly miscounted: readonly string[];
  /** Answers given before the backup whose looks the restored service does not show. */
  readonly forgotten: readonly Answered[];
  readonly acknowledged: number;
  readonly restored: number;
}

/** Loads a service, saves its history meanwhile, destroys it, brings it back, and compares row by row. */
export async function drill(
  store: DrillStore,
  slos: string,
  say: (line: string) => void,
): Promise<DrillResult> {
  const step = stepper(store.name, say);
  const options = { slos, flags: [...store.flags, '--log-level', 'warn'], env: store.env };
  const first = await step(
    'start serve',
    async () => startService(options),
    ({ url }) => url,
  );
  const load = new Load(first);
  load.start();
  const { promised, committed } = await step(
    'load it',
    async () => acknowledged(first, store, load),
    (seen) => `${String(seen.promised.length)} answers written, the load goes on`,
  );
  await step(
    'back up under load',
    async () => store.backUp(),
    (how) => how,
  );
  await load.reached(load.answered.length + DURING);
  await step(
    'kill serve (SIGKILL)',
    async () => Promise.all([first.kill(), load.stop()]),
    () => `${String(load.answered.length)} answers in all`,
  );
  const last = await store.rows();
  await step(
    'destroy the history',
    async () => store.destroy(),
    () => 'gone',
  );
  await step(
    'restore',
    async () => store.restore(),
    (how) => how,
  );
  const restored = await store.rows();
  const second = await step(
    'start serve again',
    async () => startService(options),
    ({ url }) => url,
  );
  try {
    const forgotten = await step(
      'compare',
      async () => missing(second, promised),
      (gone) => `${String(promised.length - gone.length)} of ${String(promised.length)} answers shown`,
    );
    const result = { ...compare(committed, restored, last), forgotten, acknowledged: promised.length };
    say(
      `${store.name}: ${String(result.restored)} looks restored; lost ${String(result.lost.length)}, invented ${String(result.invented.length)}, miscounted ${String(result.miscounted.length)}, forgotten ${String(forgotten.length)}`,
    );
    return result;
  } finally {
    await second.stop();
  }
}

/** Runs a step and says what it was, how long it took and what came of it. */
function stepper(name: string, say: (line: string) => void) {
  return async <T>(what: string, act: () => Promise<T>, tell: (result: T) => string): Promise<T> => {
    const begun = performance.now();
    const result = await act();
    say(`${name}: ${what}, ${String(Math.round(performance.now() - begun))} ms: ${tell(result)}`);
    return result;
  };
}

/** Answers whose looks are known to be written, and all rows of that moment. */
async function acknowledged(
  service: Service,
  store: DrillStore,
  load: Load,
): Promise<{ readonly promised: readonly Answered[]; readonly committed: HistoryRows }> {
  await load.reached(BEFORE);
  const promised = load.answered.slice();
  // Written in the order in which they were answered, but for what clients asked at the same time.
  await demand('every answer is written', async () => (await written(service)) >= promised.length + CLIENTS);
  return { promised, committed: await store.rows() };
}

/** Looks that the history has taken, by the service's own metrics. */
async function written({ url }: Service): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(
    /^burngate_history_measurements_total\{outcome="(?:stored|repeated)"\} (\d+)/gm,
  );
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Answers that the service's history (not its memory) does not show as they were given. */
async function missing(service: Service, answers: readonly Answered[]): Promise<readonly Answered[]> {
  const seen = new Set<string>();
  for (const analysis of new Set(answers.map((answer) => answer.analysis))) {
    const response = await fetch(`${service.url}/v1/analyses/${analysis}`);
    if (response.status === 404) continue;
    const { origin, looks } = (await response.json()) as {
      origin: string;
      looks: readonly Omit<Answered, 'analysis'>[];
    };
    if (origin !== 'history') continue;
    for (const look of looks) seen.add(keyOf({ ...look, analysis }));
  }
  return answers.filter((answer) => !seen.has(keyOf(answer)));
}

function keyOf({ analysis, slo, at, verdict, code }: Answered): string {
  return [analysis, slo, String(Date.parse(at)), verdict, code].join(' ');
}

/** Rows of analyses grow with each look; those of the other tables stay as they were written. */
function compare(
  committed: HistoryRows,
  restored: HistoryRows,
  last: HistoryRows,
): Pick<DrillResult, 'lost' | 'invented' | 'miscounted' | 'restored'> {
  const tables = Object.keys(committed).filter((table) => table !== 'burngate_analyses');
  const without = (from: HistoryRows, taken: HistoryRows): string[] =>
    tables.flatMap((table) => {
      const there = new Set(taken[table]);
      return (from[table] ?? []).filter((row) => !there.has(row));
    });
  return {
    lost: without(committed, restored),
    invented: without(restored, last),
    miscounted: miscounted(restored),
    restored: restored['burngate_measurements']?.length ?? 0,
  };
}

function miscounted(rows: HistoryRows): string[] {
  const read = (table: string): Record<string, unknown>[] =>
    (rows[table] ?? []).map((row) => Object.fromEntries(JSON.parse(row) as [string, unknown][]));
  const looks = Map.groupBy(read('burngate_measurements'), ({ part }) => part);
  return read('burngate_analyses').flatMap((row) =>
    Number(row['looks']) === (looks.get(row['part'])?.length ?? 0) ? [] : [String(row['analysis'])],
  );
}
