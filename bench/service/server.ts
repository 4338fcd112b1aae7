import { BucketMemo } from '../../src/analysis/bucket-memo.ts';
import { TrialMemo } from '../../src/analysis/trial-memo.ts';
import { serve } from '../../src/compose.ts';
import { parseServeSettings } from '../../src/config/settings.ts';
import { createBench } from './provider.ts';

/** What the parent is told when it sends anything. */
export interface ServerState {
  /** Calls that reached the source for analyses, and for budget reports. */
  readonly calls: { readonly looks: number; readonly reports: number };
  /** Bytes by the memos' own count. */
  readonly memos: { readonly buckets: number; readonly trials: number };
  readonly heapUsed: number;
  readonly external: number;
  /** Of this process, since its start. */
  readonly cpuSeconds: number;
}

/** The real service over the benchmark's source, in a process of its own. */
const [slos = ''] = process.argv.slice(2);
const parsed = parseServeSettings({ slos, port: 0, logLevel: 'silent' }, process.env);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const memos = observedMemos();
const { definition, calls } = createBench();
const running = await serve(parsed.settings, process.env, [definition]);
process.stdout.write(`listening http://127.0.0.1:${String(running.port)}\n`);
process.on('message', () => {
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  const state: ServerState = { calls: { ...calls }, memos: memos(), heapUsed, external, cpuSeconds };
  process.send?.(state);
});
process.once('SIGTERM', () => {
  void running.stop().then(() => {
    process.exit(0);
  });
});

/** The service makes its memos itself; they are found when it first uses them. */
function observedMemos(): () => ServerState['memos'] {
  const buckets = seenUsing(BucketMemo, 'join');
  const trials = seenUsing(TrialMemo, 'decide');
  const bytesOf = (seen: ReadonlySet<{ readonly bytes: number }>): number =>
    [...seen].reduce((sum, { bytes }) => sum + bytes, 0);
  return () => ({ buckets: bytesOf(buckets), trials: bytesOf(trials) });
}

/** The objects of a class that a method is called on, up to the first; then the method is its own again. */
function seenUsing<T extends object>(kind: { readonly prototype: T }, method: keyof T): ReadonlySet<T> {
  const seen = new Set<T>();
  const own: unknown = Reflect.get(kind.prototype, method);
  if (typeof own !== 'function') throw new Error(`no method ${String(method)}`);
  Reflect.set(kind.prototype, method, function (this: T, ...args: unknown[]): unknown {
    seen.add(this);
    Reflect.set(kind.prototype, method, own);
    const result: unknown = Reflect.apply(own, this, args);
    return result;
  });
  return seen;
}
