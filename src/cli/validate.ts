import { Command } from 'commander';
import { loadSlos } from '../config/load-slos.ts';
import { formatProblems, formatWarnings } from '../config/problem.ts';
import { PROVIDERS } from '../registry.ts';
import { EXIT, type ExitCode } from './exit.ts';

/** `burngate validate`: everything that is wrong with SLO files, at once and offline. */
export function validateCommand(done: (code: ExitCode) => void): Command {
  return new Command('validate')
    .description('Check SLO files offline; everything that is wrong comes at once.')
    .argument('<dir>', 'folder of OpenSLO files, or one file')
    .option('--json', 'print JSON')
    .action(async (dir: string, flags: { readonly json?: true }) => {
      const loaded = await loadSlos(dir, PROVIDERS);
      const problems = loaded.ok ? [] : loaded.problems;
      if (flags.json === true) {
        const slos = loaded.ok
          ? loaded.slos.map(({ name, service, target }) => ({ name, service, target }))
          : [];
        process.stdout.write(
          `${JSON.stringify({ ok: loaded.ok, slos, problems, warnings: loaded.warnings })}\n`,
        );
      } else {
        if (loaded.warnings.length > 0) process.stderr.write(`${formatWarnings(loaded.warnings)}\n`);
        process.stdout.write(
          loaded.ok
            ? `${String(loaded.slos.length)} SLOs are valid: ${loaded.slos.map((slo) => slo.name).join(', ')}\n`
            : `${formatProblems(problems)}\n${String(problems.length)} problems in ${String(new Set(problems.map(({ file }) => file)).size)} files\n`,
        );
      }
      done(loaded.ok ? EXIT.done : EXIT.config);
    });
}
