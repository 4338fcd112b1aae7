import { describe, expect, test } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

const FREE = new AbortController().signal;

/** Work that ends when it is told to. */
function work(name: string, log: string[]) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = async (): Promise<string> => {
    log.push(`${name} begins`);
    await ended;
    log.push(`${name} ends`);
    return name;
  };
  return { run, end };
}

describe('large work', () => {
  test('is done one after the other, in the order in which it came', async () => {
    const log: string[] = [];
    const gate = new OneAtATime();
    const [a, b] = [work('a', log), work('b', log)];
    const both = [gate.run(FREE, a.run), gate.run(FREE, b.run)];
    b.end();
    a.end();
    expect(await Promise.all(both)).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  test('that fails lets the next one through', async () => {
    const gate = new OneAtATime();
    const failing = gate.run(FREE, async () => Promise.reject(new Error('no')));
    const next = gate.run(FREE, async () => Promise.resolve(1));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe(1);
  });

  test('that nobody waits for any longer is not begun, and its caller is told at once', async () => {
    const log: string[] = [];
    const gate = new OneAtATime();
    const [a, b] = [work('a', log), work('b', log)];
    const first = gate.run(FREE, a.run);
    const controller = new AbortController();
    const second = gate.run(controller.signal, b.run);
    controller.abort(new Error('deadline'));
    await expect(second).rejects.toThrow('deadline');
    a.end();
    await first;
    expect(await gate.run(FREE, async () => Promise.resolve(log))).toEqual(['a begins', 'a ends']);
  });
});
