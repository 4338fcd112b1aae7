import { afterEach, describe, expect, test } from 'vitest';
import { excessOf, Overload } from './overload.ts';

describe('too much', () => {
  test.each([
    [{ delayMs: 10, memory: 0.3, heap: 0.2 }, null],
    [{ delayMs: 2500, memory: 0.9, heap: 0.9 }, null],
    [{ delayMs: 2600, memory: 0.3, heap: 0.2 }, 'its event loop was held up for 2.6 s'],
    [{ delayMs: 10, memory: 0.95, heap: 0.2 }, 'its memory is nearly used up'],
    [{ delayMs: 10, memory: 0, heap: 0.95 }, 'its memory is nearly used up'],
  ])('%o is %s', (pressure, expected) => {
    expect(excessOf(pressure)).toBe(expected);
  });
});

describe('a process', () => {
  let overload: Overload | undefined;
  afterEach(() => {
    overload?.stop();
  });

  test('that was held up says so, and recovers by itself', async () => {
    overload = new Overload(300);
    const block = (ms: number): void => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    };
    const found: (string | null)[] = [];
    for (let turn = 0; turn < 40 && found.at(-1) === undefined; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      block(400);
      const { excess } = overload;
      if (excess !== null) found.push(excess);
    }
    expect(found[0]).toMatch(/held up for \d+\.\d s/);
    await expect.poll(() => overload?.excess, { timeout: 4000 }).toBeNull();
  });
});
