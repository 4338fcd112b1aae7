import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulationResult } from '../argo/simulate-options.ts';
import type { DemoSource, OpenDemoSource } from '../providers/_shared/demo-source.ts';
import { demoOptions, type DemoOptions } from './options.ts';
import type { DemoRelease } from './releases.ts';
import { runRelease } from './run-release.ts';
import { Service } from './service.ts';
import { budgetSpent, type Spent } from './spent.ts';
import { Timeline } from './timeline.ts';

const RELEASES_DIR = join(import.meta.dirname, '../examples/releases');
const TARGET = 0.97;

interface Played {
  readonly release: DemoRelease;
  readonly result: SimulationResult;
  readonly spent: Spent;
}

async function main(options: DemoOptions): Promise<void> {
  const workDir = await mkdtemp(join(tmpdir(), 'burngate-demo-'));
  const source = await openSource(options.provider, workDir);
  const service = new Service(source.slos, source.env);
  const say = (line: string): void => {
    if (!options.json) console.log(line);
  };
  try {
    await service.start();
    say(
      `Burngate answers at ${service.url}, counts come from "${options.provider}", the objective is ${String(TARGET * 100)}%.\n`,
    );
    const played: Played[] = [];
    for (const release of options.releases) {
      say(`${release.key}) ${release.title}`);
      const timeline = new Timeline(say);
      const result = await runRelease(release, {
        service,
        source,
        kill: options.kill,
        onEvent: (event) => {
          timeline.add(event);
        },
      });
      const spent = await budgetSpent(release.counts, new Date(result.at), TARGET);
      played.push({ release, result, spent });
      if (options.json) console.log(JSON.stringify(jsonLine(release, result)));
      else say(decision({ release, result, spent }));
    }
    say(summary(played));
  } finally {
    await service.stop();
    await source.close();
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Where nothing can be opened, nothing stays behind. */
async function openSource(provider: string, workDir: string): Promise<DemoSource> {
  const { openDemoSource } = (await import(`../providers/${provider}/emulator/demo.ts`)) as {
    openDemoSource: OpenDemoSource;
  };
  return openDemoSource(RELEASES_DIR, workDir).catch(async (error: unknown) => {
    await rm(workDir, { recursive: true, force: true });
    throw error;
  });
}

function minuteOf({ minutesSinceFirstWeight }: SimulationResult): number | null {
  return minutesSinceFirstWeight === null ? null : Math.floor(minutesSinceFirstWeight);
}

function jsonLine({ key }: DemoRelease, result: SimulationResult): object {
  const answer = result.decidedBy?.answer;
  return {
    release: key,
    outcome: result.outcome,
    minute: minuteOf(result),
    code: answer?.code ?? null,
    reason: answer?.reason ?? result.decidedBy?.measurement.message ?? null,
  };
}

function decision({ result, spent }: Played): string {
  const answer = result.decidedBy?.answer;
  const cost = `     the bad canary had spent ${spentText(spent)}\n`;
  const head = `  => ${result.outcome.toUpperCase()} at minute ${String(minuteOf(result) ?? '-')}: ${answer?.reason ?? 'no reason'}\n`;
  return result.outcome === 'aborted' ? head + cost : head;
}

function spentText({ bad, budgetMinutes }: Spent): string {
  return `${String(bad)} bad requests, the error budget of ${budgetMinutes.toFixed(1)} minutes`;
}

function summary(played: readonly Played[]): string {
  const rows = played.map(({ release, result, spent }) => [
    `${release.key}) ${release.title}`,
    result.outcome,
    String(minuteOf(result) ?? '-'),
    result.decidedBy?.answer?.code ?? '-',
    result.outcome === 'aborted' ? spentText(spent) : '-',
  ]);
  const table = [['release', 'outcome', 'minute', 'code', 'spent by the bad canary'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}

Every decision was made by the real service over HTTP; Argo Rollouts was played by its double in argo/.
Where to look: the counts are in examples/releases, the templates in analysis-templates, the codes in docs/codes.md.
Try your own log:
  npm run -s burngate -- judge access.log --log combined --target 0.995 --canary-share 0.1`;
}

await main(demoOptions(process.argv)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
