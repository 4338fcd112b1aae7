import { describe, expect, test } from 'vitest';
import type { ProviderFault } from '../core/errors.ts';
import { Breaker } from './breaker.ts';
import { faultOf } from './fixtures/source.ts';

const START = Date.UTC(2026, 0, 5, 12);
const SECOND = 1000;

function breakerOf(failures = 3) {
  const clock = { now: START };
  const changes: string[] = [];
  const breaker = new Breaker({
    provider: 'counted',
    failures,
    now: () => clock.now,
    onChange: (state, code) => void changes.push(`${state} ${code ?? '-'}`),
  });
  const fail = async (error: Error = faultOf('provider-unavailable')): Promise<unknown> => {
    const failing = async (): Promise<never> => {
      throw error;
    };
    try {
      return await breaker.run(failing);
    } catch (caught) {
      return caught;
    }
  };
  return { clock, changes, breaker, fail };
}

/** A breaker that has just opened. */
async function opened() {
  const parts = breakerOf();
  for (let call = 0; call < 3; call += 1) await parts.fail();
  return parts;
}

describe('a breaker', () => {
  test('opens after so many failures in a row, and says since when, why, and when it tries again', async () => {
    const { clock, breaker, fail, changes } = breakerOf();
    for (let call = 0; call < 3; call += 1) {
      expect(breaker.state).toBe('closed');
      await fail();
      clock.now += SECOND;
    }
    let isAsked = false;
    const refused = breaker.run(async () => {
      isAsked = true;
    });
    await expect(refused).rejects.toMatchObject({
      code: 'provider-unavailable',
      retryable: true,
      message:
        'provider counted has failed since 2026-01-05T12:00:00.000Z, 3 times in a row (provider-unavailable: the source says provider-unavailable); next try in 14s',
    });
    expect(isAsked).toBe(false);
    expect(changes).toEqual(['open provider-unavailable']);
  });

  test('stays closed where an answer comes between', async () => {
    const { breaker, fail } = breakerOf();
    for (let call = 0; call < 6; call += 1) {
      await fail();
      await fail();
      await breaker.run(async () => 1);
    }
    expect(breaker.state).toBe('closed');
  });

  test.each<[ProviderFault, boolean]>([
    ['provider-unavailable', true],
    ['provider-timeout', true],
    ['provider-garbled', true],
    ['provider-denied', false],
    ['provider-rejected', false],
    ['invalid-scope', false],
    ['provider-quota', false],
  ])('%s speaks of the health of a provider: %s', async (code, counts) => {
    const { breaker, fail } = breakerOf();
    for (let call = 0; call < 5; call += 1) await fail(faultOf(code));
    expect(breaker.state).toBe(counts ? 'open' : 'closed');
  });

  test('faults of ours and callers that go away do not count, nor do they undo what counts', async () => {
    const { breaker, fail } = breakerOf();
    await fail();
    await fail();
    await fail(new TypeError('bug'));
    await fail(new DOMException('gone', 'AbortError'));
    await fail(faultOf('provider-quota'));
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
  });

  test('lets one call through after its pause, and closes by its answer', async () => {
    const { clock, breaker, changes } = await opened();
    clock.now += 15 * SECOND;
    let answer = (): void => undefined;
    const probe = breaker.run(
      async () =>
        new Promise<string>((resolve) => {
          answer = () => {
            resolve('well');
          };
        }),
    );
    await expect(breaker.run(async () => 1)).rejects.toThrow('a try is under way');
    answer();
    expect(await probe).toBe('well');
    expect(await breaker.run(async () => 1)).toBe(1);
    expect(changes).toEqual(['open provider-unavailable', 'half-open provider-unavailable', 'closed -']);
  });

  test('waits twice as long after each try that fails, at most a minute, and recovers all the same', async () => {
    const { clock, breaker, fail } = await opened();
    const pauses: number[] = [];
    for (let probe = 0; probe < 4; probe += 1) {
      const from = clock.now;
      while (((await fail()) as Error).message.includes('next try')) clock.now += SECOND;
      pauses.push((clock.now - from) / SECOND);
    }
    expect(pauses).toEqual([15, 30, 60, 60]);
    clock.now += 60 * SECOND;
    expect(await breaker.run(async () => 'well')).toBe('well');
    expect(breaker.state).toBe('closed');
  });

  test('a try that is given up leaves the next call to be one', async () => {
    const { clock, breaker, fail } = await opened();
    clock.now += 15 * SECOND;
    await fail(new DOMException('gone', 'AbortError'));
    expect(breaker.state).toBe('open');
    expect(await breaker.run(async () => 'well')).toBe('well');
    expect(breaker.state).toBe('closed');
  });

  test('that nobody asks any more is no longer told to be open', async () => {
    const { clock, breaker } = await opened();
    clock.now += 10 * 60 * SECOND - 1;
    expect(breaker.isIll).toBe(true);
    clock.now += 1;
    expect([breaker.isIll, breaker.state]).toEqual([false, 'open']);
  });

  test('a refusal shows that the provider answers', async () => {
    const { clock, breaker, fail } = await opened();
    clock.now += 15 * SECOND;
    await fail(faultOf('provider-denied'));
    expect(breaker.state).toBe('closed');
  });

  test('is closed by an answer to a call that was under way when it opened', async () => {
    const { breaker, fail } = breakerOf(1);
    let answer = (): void => undefined;
    const early = breaker.run(
      async () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    await fail();
    expect(breaker.state).toBe('open');
    answer();
    await early;
    expect(breaker.state).toBe('closed');
  });
});
