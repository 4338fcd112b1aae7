import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config-error.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';

type MakeCommand = (done: (code: ExitCode) => void) => Command;

/** Each loads what it needs itself: a budget needs no HTTP server, and a million rows need its memory. */
const COMMANDS: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  judge: async () => (await import('./judge.ts')).judgeCommand,
  budget: async () => (await import('./budget.ts')).budgetCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  init: async () => (await import('./init.ts')).initCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  advise: async () => (await import('./advise.ts')).adviseCommand,
};

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
  try {
    for (const make of await commandsFor(argv[2])) program.addCommand(make(done).exitOverride());
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return exitOf(error);
  }
}

/** The one command that was named; all of them where they are to be listed. */
async function commandsFor(name: string | undefined): Promise<readonly MakeCommand[]> {
  const named = Object.entries(COMMANDS).filter(([each]) => each === name);
  const wanted = named.length === 1 ? named : Object.entries(COMMANDS);
  return Promise.all(wanted.map(async ([, load]) => load()));
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
