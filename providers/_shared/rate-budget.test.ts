import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProviderError } from '../../src/core/errors.ts';
import { RateBudget, type RateBudgetOptions } from './rate-budget.ts';

const START = Date.UTC(2026, 0, 5, 12);
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function budgetOf(options: Partial<RateBudgetOptions> = {}): RateBudget {
  return new RateBudget({ name: 'shop', callsPerMinute: 3, concurrency: 10, now: Date.now, ...options });
}

/** How a call fares, seen without waiting for it. */
function watch(taken: Promise<() => void>): { state: string; release: () => void; error: unknown } {
  const seen = { state: 'waits', release: (): void => undefined, error: undefined as unknown };
  const follow = async (): Promise<void> => {
    try {
      seen.release = await taken;
      seen.state = 'started';
    } catch (error) {
      seen.error = error;
      seen.state = 'refused';
    }
  };
  void follow();
  return seen;
}

async function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

describe('a rate budget', () => {
  test('lets calls start until the minute is spent, and the next once the first is a minute old', async () => {
    const budget = budgetOf({ patience: 60_000 });
    for (let call = 0; call < 3; call += 1) (await budget.take(never))();
    const late = watch(budget.take(never));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(late.state).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(late.state).toBe('started');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves the reserve to people', async () => {
    const budget = budgetOf({ reserve: 2 });
    expect(budget.left).toBe(1);
    await budget.take(never);
    await expect(budget.take(never)).rejects.toThrow('is spent (1 calls a minute');
  });

  test('refuses at once, as retryable quota, what cannot start in time, and says when a call is free', async () => {
    const budget = budgetOf({ callsPerMinute: 1 });
    await budget.take(never);
    await vi.advanceTimersByTimeAsync(20_000);
    const refused = watch(budget.take(never));
    await settle();
    expect(refused.error).toBeInstanceOf(ProviderError);
    expect(refused.error).toMatchObject({
      code: 'provider-quota',
      retryable: true,
      message: expect.stringContaining('the next call is free in 40s (2026-01-05T12:01:00.000Z)') as string,
    });
  });

  test('refuses a caller whose turn lies behind too many others, though a call is free before', async () => {
    const budget = budgetOf({ callsPerMinute: 1, patience: 60_000 });
    await budget.take(never);
    const first = watch(budget.take(never));
    const second = watch(budget.take(never));
    await settle();
    expect([first.state, second.state]).toEqual(['waits', 'refused']);
  });

  test('holds calls back while as many as allowed are under way', async () => {
    const budget = budgetOf({ callsPerMinute: 100, concurrency: 1 });
    const release = await budget.take(never);
    const next = watch(budget.take(never));
    await settle();
    expect(next.state).toBe('waits');
    release();
    release();
    await settle();
    expect(next.state).toBe('started');
    const third = watch(budget.take(never));
    await vi.advanceTimersByTimeAsync(5000);
    expect(third.state).toBe('refused');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('serves parties in turn', async () => {
    const budget = budgetOf({ callsPerMinute: 100, concurrency: 1 });
    const order: string[] = [];
    const release = await budget.take(never, 'a');
    for (const party of ['a', 'a', 'a', 'b', 'c']) {
      const callOnce = async (): Promise<void> => {
        const done = await budget.take(never, party);
        order.push(party);
        done();
      };
      void callOnce();
    }
    release();
    await settle();
    expect(order).toEqual(['a', 'b', 'c', 'a', 'a']);
  });

  test('bounds its queue', async () => {
    const budget = budgetOf({ callsPerMinute: 100, concurrency: 1, queue: 2 });
    await budget.take(never);
    const waiting = [watch(budget.take(never)), watch(budget.take(never))];
    await expect(budget.take(never)).rejects.toMatchObject({ code: 'provider-quota' });
    expect(waiting.map(({ state }) => state)).toEqual(['waits', 'waits']);
  });

  test('throws the reason of a signal, frees its place, and leaves no timer', async () => {
    const budget = budgetOf({ concurrency: 1 });
    await expect(budget.take(AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
    const release = await budget.take(never);
    const given = new AbortController();
    const first = watch(budget.take(given.signal));
    const second = watch(budget.take(never));
    given.abort(new Error('gave up'));
    await settle();
    expect(first.error).toEqual(new Error('gave up'));
    release();
    await settle();
    expect(second.state).toBe('started');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets nobody call while the API told us to wait, and starts again by itself', async () => {
    const budget = budgetOf();
    const before = watch(budget.take(never));
    budget.backOffUntil(START + 3000);
    expect(budget.left).toBe(0);
    const during = watch(budget.take(never));
    await vi.advanceTimersByTimeAsync(2999);
    expect([before.state, during.state]).toEqual(['started', 'waits']);
    await vi.advanceTimersByTimeAsync(1);
    expect(during.state).toBe('started');
  });

  test('refuses those who wait when a back-off takes their turn away', async () => {
    const budget = budgetOf({ concurrency: 1 });
    await budget.take(never);
    const waiting = watch(budget.take(never));
    budget.backOffUntil(START + 30_000);
    await settle();
    expect(waiting.error).toMatchObject({ code: 'provider-quota' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never backs off for longer than a quarter of an hour at once, nor for a time that is none', () => {
    const budget = budgetOf();
    budget.backOffUntil(NaN);
    budget.backOffUntil(Infinity);
    expect(budget.left).toBe(3);
    budget.backOffUntil(START + 86_400_000);
    vi.setSystemTime(START + 15 * 60_000);
    expect(budget.left).toBe(3);
  });

  test('heeds what the API says is left, until it resets', async () => {
    const lefts: number[] = [];
    const budget = budgetOf({ callsPerMinute: 100, reserve: 1, onLeft: (calls) => lefts.push(calls) });
    budget.observe(2, START + 4000);
    expect(budget.left).toBe(1);
    (await budget.take(never))();
    const late = watch(budget.take(never));
    await vi.advanceTimersByTimeAsync(3999);
    expect(late.state).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(late.state).toBe('started');
    expect(lefts).toEqual([1, 0, 97]);
  });

  test('believes the smaller of two answers about one period, and the newer period', () => {
    const budget = budgetOf({ callsPerMinute: 100 });
    budget.observe(5, START + 10_000);
    budget.observe(7, START + 10_400);
    expect(budget.left).toBe(5);
    budget.observe(50, START + 20_000);
    expect(budget.left).toBe(50);
    budget.observe(1, START + 10_000);
    expect(budget.left).toBe(50);
    budget.observe(NaN, START + 30_000);
    budget.observe(0, START - 1);
    expect(budget.left).toBe(50);
  });

  test('is not held for longer than a minute by a clock that was set back', async () => {
    const budget = budgetOf({ callsPerMinute: 1, patience: 60_000 });
    await budget.take(never);
    vi.setSystemTime(START - 3_600_000);
    const late = watch(budget.take(never));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(late.state).toBe('started');
  });

  test('is refused where it leaves no call at all', () => {
    expect(() => budgetOf({ reserve: 3 })).toThrow(RangeError);
    expect(() => budgetOf({ concurrency: 0 })).toThrow(RangeError);
  });

  test('never starts more in any minute, nor more at once, than allowed, and loses nobody', async () => {
    const ask = fc.record({
      after: fc.integer({ min: 0, max: 20_000 }),
      lasts: fc.integer({ min: 0, max: 8000 }),
      party: fc.constantFrom('a', 'b', 'c'),
      givesUpAfter: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
    });
    const shape = fc.record({
      limit: fc.integer({ min: 1, max: 6 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      patience: fc.constantFrom(1000, 5000, 90_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 30 }), shape, async (asks, { limit, ...rest }) => {
        const budget = budgetOf({ callsPerMinute: limit, ...rest });
        const starts: number[] = [];
        let underWay = 0;
        let most = 0;
        const calls: Promise<unknown>[] = [];
        for (const { after, lasts, party, givesUpAfter } of asks) {
          await vi.advanceTimersByTimeAsync(after);
          const given = new AbortController();
          if (givesUpAfter !== undefined)
            setTimeout(() => {
              given.abort(new Error('gave up'));
            }, givesUpAfter);
          const callOnce = async (): Promise<void> => {
            const release = await budget.take(given.signal, party);
            starts.push(Date.now());
            underWay += 1;
            most = Math.max(most, underWay);
            await delay(lasts);
            underWay -= 1;
            release();
          };
          calls.push(callOnce().catch((error: unknown) => error));
        }
        await vi.advanceTimersByTimeAsync(200_000);
        await Promise.all(calls);
        expect(most).toBeLessThanOrEqual(rest.concurrency);
        for (const [index, start] of starts.entries())
          expect(start - (starts[index - limit] ?? -Infinity)).toBeGreaterThanOrEqual(60_000);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
