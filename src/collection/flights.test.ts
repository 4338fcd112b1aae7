import { describe, expect, test } from 'vitest';
import { Flights } from './flights.ts';

const { signal } = new AbortController();

function setUp() {
  const clock = { now: 0 };
  const flights = new Flights<string>(() => clock.now, 1000);
  const started: { signal: AbortSignal; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  let shared = 0;
  const join = async (key: string | symbol = 'k', by = signal): Promise<string> =>
    flights.join(
      key,
      by,
      async (each) =>
        new Promise<string>((resolve, reject) => {
          started.push({ signal: each, answer: resolve, fail: reject });
        }),
      () => {
        shared += 1;
      },
    );
  return { clock, flights, started, join, shared: () => shared };
}

async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('equal calls at the same time', () => {
  test('are one call with one answer for all', async () => {
    const { flights, started, join, shared } = setUp();
    const calls = [join(), join(), join()];
    await turn();
    expect(started).toHaveLength(1);
    started[0]?.answer('counts');
    expect(await Promise.all(calls)).toEqual(['counts', 'counts', 'counts']);
    expect([shared(), flights.size]).toEqual([2, 0]);
  });

  test('share a failure, and the next call is a new one', async () => {
    const { started, join } = setUp();
    const calls = [join(), join()];
    await turn();
    started[0]?.fail(new Error('broken'));
    for (const call of calls) await expect(call).rejects.toThrow('broken');
    void join();
    await turn();
    expect(started).toHaveLength(2);
  });

  test('under other keys are others', async () => {
    const { started, join } = setUp();
    void join('a');
    void join('b');
    void join(Symbol('unkeyed'));
    void join(Symbol('unkeyed'));
    await turn();
    expect(started).toHaveLength(4);
  });

  test('go on while one caller waits, and are given up with the last', async () => {
    const { flights, started, join } = setUp();
    const first = new AbortController();
    const second = new AbortController();
    const calls = [join('k', first.signal), join('k', second.signal)];
    await turn();
    first.abort(new Error('first gone'));
    await expect(calls[0]).rejects.toThrow('first gone');
    expect(started[0]?.signal.aborted).toBe(false);
    second.abort(new Error('second gone'));
    await expect(calls[1]).rejects.toThrow('second gone');
    expect(started[0]?.signal.reason).toEqual(new Error('second gone'));
    expect(flights.size).toBe(0);
    started[0]?.fail(new Error('nobody hears this'));
    await turn();
  });

  test('are not joined once they may hang', async () => {
    const { clock, flights, started, join } = setUp();
    const early = join();
    await turn();
    clock.now = 1000;
    const late = join();
    await turn();
    expect(started).toHaveLength(2);
    started[0]?.answer('old');
    expect(await early).toBe('old');
    expect(flights.size).toBe(1);
    started[1]?.answer('new');
    expect(await late).toBe('new');
  });

  test('are not begun for a caller that is gone', async () => {
    const { started, join } = setUp();
    await expect(join('k', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(started).toHaveLength(0);
  });

  test('may fail at once', async () => {
    const flights = new Flights<string>(Date.now, 1000);
    const fails = (): never => {
      throw new Error('synchronously');
    };
    await expect(flights.join('k', signal, fails)).rejects.toThrow('synchronously');
  });
});
