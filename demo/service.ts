import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The real service in a process of its own, as Kubernetes would run it; it can be killed and comes back. */
export class Service {
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;
  #url: string | null = null;

  constructor(slos: string, env: Readonly<Record<string, string>>) {
    this.#args = ['src/cli/main.ts', 'serve', '--slos', slos, '--host', '127.0.0.1', '--log-level', 'warn'];
    this.#env = env;
  }

  /** Base address, the same after every restart. */
  get url(): string {
    if (this.#url === null) throw new Error('the service has not been started');
    return this.#url;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Starts the service and waits until it listens. */
  async start(): Promise<void> {
    if (this.#child !== null) return;
    const port = this.#url === null ? '0' : new URL(this.#url).port;
    const child = spawn(process.execPath, [...this.#args, '--port', port], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended with code ${String(code)} before it listened; its log is above`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    this.#url = line.replace('listening ', '');
  }

  /** SIGKILL: nothing of it can tidy up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
