import { Command } from 'commander';
import { ConfigError } from '../config-error.ts';
import { loadSlos } from '../config/load-slos.ts';
import { formatProblems } from '../config/problem.ts';
import type { Advice } from '../core/advice.ts';
import { ROLES, type Role } from '../core/counts.ts';
import type { AnyProviderDefinition } from '../core/provider.ts';
import { queriesOf, type Slo } from '../core/slo.ts';
import { PROVIDERS } from '../registry.ts';
import { advisedSloFile } from './advise-slo-file.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';

/** What is advised for one SLO. */
interface Advised {
  readonly slo: string;
  readonly provider: string;
  readonly commands: Advice['commands'];
  readonly notes: readonly string[];
  /** The SLO file to use afterwards; null: its indicator is written elsewhere, `sources` say what to put there. */
  readonly sloFile: string | null;
  readonly sources: Advice['sources'];
}

/** `burngate advise`: a cheaper way to the same counts, worked out offline. */
export function adviseCommand(done: (code: ExitCode) => void): Command {
  return new Command('advise')
    .description(
      'A cheaper way to the same counts: log-based metrics for SLOs that read log entries. Offline.',
    )
    .argument('<path>', 'folder of OpenSLO files, or one file')
    .option('--slo <name>', 'this SLO alone')
    .option('--json', 'print JSON')
    .action(async (path: string, flags: { readonly slo?: string; readonly json?: true }) => {
      const advised = await adviseAll(path, flags.slo);
      process.stdout.write(flags.json === true ? `${JSON.stringify({ advised })}\n` : textOf(advised));
      done(EXIT.done);
    });
}

async function adviseAll(path: string, only: string | undefined): Promise<Advised[]> {
  const loaded = await loadSlos(path, PROVIDERS);
  if (!loaded.ok) throw new ConfigError(formatProblems(loaded.problems));
  const slos = loaded.slos.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && slos.length === 0)
    throw new UsageError(`--slo: given "${only}", allowed ${loaded.slos.map(({ name }) => name).join(', ')}`);
  const advised: Advised[] = [];
  for (const slo of slos) {
    for (const definition of PROVIDERS) {
      const advice = adviceOf(slo, definition);
      if (advice === null) continue;
      const { commands, notes, sources } = advice;
      const sloFile = await advisedSloFile(slo, advice);
      advised.push({ slo: slo.name, provider: definition.name, commands, notes, sloFile, sources });
    }
  }
  return advised;
}

function adviceOf(slo: Slo, definition: AnyProviderDefinition): Advice | null {
  const sources = queriesOf(slo.indicator);
  const queries: Partial<Record<Role, unknown>> = {};
  for (const role of ROLES) {
    const source = sources[role];
    if (source?.provider === definition.name) queries[role] = source.query;
  }
  return Object.keys(queries).length === 0 ? null : (definition.advise?.({ slo, queries }) ?? null);
}

function textOf(advised: readonly Advised[]): string {
  if (advised.length === 0)
    return 'Nothing to advise: no SLO here reads its counts from a source that a cheaper one could stand in for.\n';
  return advised
    .map(({ slo, commands, notes, sloFile, sources }) =>
      [
        `# ${slo}`,
        ...notes.map((note) => `# ${note}`),
        '',
        '# 1. Make the metrics, once:',
        ...commands.map(({ text }) => text),
        sloFile === null
          ? `# 2. In the document of the indicator, replace each metricSource:\n${JSON.stringify(sources, null, 2)}\n`
          : `# 2. Use this SLO file once the metrics have counted for as long as a canary takes:\n---\n${sloFile}`,
      ].join('\n'),
    )
    .join('\n');
}
