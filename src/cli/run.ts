import { Command, CommanderError } from 'commander';
import { ConfigError } from '../compose.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { budgetCommand } from './budget.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { judgeCommand } from './judge.ts';
import { serveCommand } from './serve.ts';
import { validateCommand } from './validate.ts';

/** Runs one command line and gives its exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const done = (result: ExitCode): void => {
    code = result;
  };
  const program = new Command('burngate')
    .description(
      'Judges canaries by the error budget they burn; Argo Rollouts calls it as a web metric provider.',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const command of [
    serveCommand(done),
    judgeCommand(done),
    budgetCommand(done),
    validateCommand(done),
  ]) {
    program.addCommand(command.exitOverride());
  }
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return exitOf(error);
  }
}

/** The kind of failure decides the code; commander's own (and Node's) 1 would look like no known answer. */
function exitOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ConfigError) return complain(error.message, EXIT.config);
  if (error instanceof UsageError) return complain(error.message, EXIT.usage);
  if (error instanceof RecordingError) return complain(`${error.message} ${error.remedy}`, EXIT.usage);
  return complain(
    `a fault of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    EXIT.fault,
  );
}

function complain(message: string, code: ExitCode): ExitCode {
  process.stderr.write(`burngate: ${message}\n`);
  return code;
}
