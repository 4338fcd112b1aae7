import { Command, Option } from 'commander';
import { serve } from '../compose.ts';
import { ConfigError } from '../config-error.ts';
import { describeServeSettings, parseServeSettings } from '../config/settings.ts';
import { formatIssues } from '../config/problem.ts';
import { PROVIDERS } from '../registry.ts';
import { EXIT, type ExitCode } from './exit.ts';

/** `burngate serve`: answers until SIGTERM or SIGINT. Stdout gets exactly one line. */
export function serveCommand(done: (code: ExitCode) => void): Command {
  const command = new Command('serve').description('Answer analyses over HTTP.');
  for (const { flag, env, fallback, required, meaning } of describeServeSettings()) {
    const notes = [
      `env: ${env}`,
      ...(required ? ['required'] : []),
      ...(fallback === null ? [] : [`default: ${fallback}`]),
    ];
    command.addOption(new Option(flag, `${meaning} (${notes.join(', ')})`));
  }
  command.addHelpText('after', providerHelp);
  return command.action(async (flags: Record<string, unknown>) => {
    const parsed = parseServeSettings(
      flags,
      process.env,
      PROVIDERS.flatMap((definition) => definition.settings.map(({ env }) => env)),
    );
    for (const warning of parsed.warnings) process.stderr.write(`burngate: warning: ${warning}\n`);
    if (!parsed.ok) throw new ConfigError(formatIssues(parsed.issues));
    const running = await serve(parsed.settings, process.env, PROVIDERS);
    process.on('SIGHUP', () => void running.reload());
    const ended = endSignal();
    process.stdout.write(`listening http://${running.host}:${String(running.port)}\n`);
    await ended;
    await running.stop();
    done(EXIT.done);
  });
}

/** Resolves with the first SIGTERM or SIGINT from now on. */
async function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

function providerHelp(): string {
  const lines = PROVIDERS.map(({ name, summary, settings }) =>
    [
      `  ${name}: ${summary}`,
      ...settings.map(({ env, fallback, meaning }) => `    ${env}: ${meaning} (default: ${fallback})`),
    ].join('\n'),
  );
  return `\nProviders (metricSource.type in SLO files):\n${lines.join('\n')}`;
}
