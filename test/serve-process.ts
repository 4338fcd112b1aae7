import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const START_MS = 20_000;

export interface ServiceOptions {
  /** Folder of SLO files, or one file. */
  readonly slos: string;
  /** Further flags of `serve`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What Node runs; default: the sources. */
  readonly main?: string;
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  /** A program and its arguments that start Node in their place: limits, for example. */
  readonly under?: readonly string[];
}

/** How a process ended: an exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running `burngate serve`. */
export interface Service {
  /** `http://127.0.0.1:PORT`, as it was printed. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The lines of stderr, each of which is a JSON object. */
  readonly logs: () => Record<string, unknown>[];
  readonly exited: Promise<Exit>;
  /** SIGTERM; resolves once the process is gone. Does nothing to one that is. */
  readonly stop: () => Promise<Exit>;
  /** SIGKILL. */
  readonly kill: () => Promise<Exit>;
}

/** A process that ended before it listened; `Exit` and both outputs tell why. */
export class ServiceDidNotStart extends Error {
  override readonly name = 'ServiceDidNotStart';
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exit: Exit, stdout: string, stderr: string) {
    super(`serve ended with ${String(exit.code ?? exit.signal)} before it listened: ${stderr}`);
    this.exit = exit;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** Starts `burngate serve` on a free port and waits until it listens; throws `ServiceDidNotStart`. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const [program = process.execPath, ...args] = [
    ...(options.under ?? []),
    process.execPath,
    ...(options.node ?? []),
  ];
  const child = spawn(
    program,
    [
      ...args,
      options.main ?? join(ROOT, 'src/cli/main.ts'),
      'serve',
      '--port',
      '0',
      '--slos',
      options.slos,
      ...(options.flags ?? []),
    ],
    { cwd: ROOT, env: environment(options.env ?? {}) },
  );
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const output = collect(child);
  const exited = new Promise<Exit>((resolve) => {
    // Not "exit": then what it wrote last may still be in the pipes.
    child.once('close', (code, signal) => {
      process.removeListener('exit', killWithUs);
      resolve({ code, signal });
    });
  });
  const { url, port } = await listening(child, output, exited);
  const end = async (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    url,
    port,
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    logs: () => logLines(output.stderr),
    exited,
    stop: async () => end('SIGTERM'),
    kill: async () => end('SIGKILL'),
  };
}

/** Ours without BURNGATE_ settings of whoever runs the tests. */
export function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('BURNGATE_') && name !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(clean), ...extra };
}

interface Output {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcessWithoutNullStreams): Output {
  const output: Output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return output;
}

async function listening(
  child: ChildProcessWithoutNullStreams,
  output: Output,
  exited: Promise<Exit>,
): Promise<{ url: string; port: number }> {
  const started = new Promise<{ url: string; port: number }>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`serve did not listen within ${String(START_MS)} ms: ${output.stderr}`));
    }, START_MS);
    child.stdout.on('data', () => {
      const [, url, port] = /^listening (http:\/\/.+:(\d+))\n/.exec(output.stdout) ?? [];
      if (url === undefined) return;
      clearTimeout(late);
      resolve({ url, port: Number(port) });
    });
    const died = async (): Promise<void> => {
      const exit = await exited;
      clearTimeout(late);
      reject(new ServiceDidNotStart(exit, output.stdout, output.stderr));
    };
    void died();
  });
  return started;
}

function logLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
