/**
 * What judging canaries by their log entries costs: calls, entries and bytes per decision of one two-hour canary, and
 * whether many canaries of one project keep to its quota, with people reading the same project.
 *
 *   node bench/cloud-logging.ts [--json]
 */
import { runCanaries, type Outcome, type Scene } from './cloud-logging/canaries.ts';

const SCENES: readonly Scene[] = [
  { canaries: 1, rps: 2, minutes: 120, people: 0 },
  { canaries: 1, rps: 20, minutes: 120, people: 20 },
  { canaries: 1, rps: 60, minutes: 60, people: 20 },
  { canaries: 1, rps: 200, minutes: 30, people: 20 },
  { canaries: 20, rps: 20, minutes: 60, people: 20 },
];

const perLook = (total: number, { looks }: Outcome): string => (total / looks).toFixed(1);

function print(scene: Scene, outcome: Outcome): void {
  const first = outcome.firstVerdict.filter((minute) => minute !== null);
  console.log(
    `${String(scene.canaries)} canaries at ${String(scene.rps)} requests/s for ${String(scene.minutes)} minutes, people ${String(scene.people)} calls/min
  per decision: ${perLook(outcome.calls, outcome)} calls (at most ${String(outcome.mostCalls)}), ${perLook(outcome.entries, outcome)} entries, ${perLook(outcome.bytes / 1024, outcome)} KiB
  project: at most ${String(outcome.busiestMinute)} calls in a minute with those of people, ${String(outcome.refusedByQuota)} refused by the quota
  first verdict in minute ${first.length === 0 ? '-' : `${String(Math.min(...first))} to ${String(Math.max(...first))}`} (${String(first.length)} of ${String(scene.canaries)}); ${Object.entries(
    outcome.verdicts,
  )
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ')}
  last: ${outcome.lastReasons[0] ?? ''}
`,
  );
}

const isJson = process.argv.includes('--json');
for (const scene of SCENES) {
  const outcome = await runCanaries(scene);
  if (isJson) console.log(JSON.stringify({ scene, outcome }));
  else print(scene, outcome);
}
