import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fetched } from '../core/provider.ts';
import { MINUTE } from '../core/units.ts';
import { cachedOver, countsOf, look, NOW, settledNow } from './fixtures/cached.ts';
import { busySource, FREE, requestOf } from './fixtures/source.ts';

const lag = { settlingLag: 2 * MINUTE };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A source whose counts are all held, by looks at this minute and the one before. */
async function held() {
  const source = busySource();
  const over = cachedOver(source);
  await look(over.provider, lag);
  const whole = await look(over.provider, lag);
  return { source, whole, ...over };
}

describe('an answer made of held counts alone', () => {
  test('is the very same for each look at the same counts, whenever it comes', async () => {
    const { provider, whole, events } = await held();
    vi.setSystemTime(NOW + 50_000);
    expect(await look(provider, lag)).toBe(whole);
    expect(events.at(-1)).toEqual({ kind: 'cache', provider: 'counted', held: 360, fetched: 0 });
  });

  test('is another one once counts were added, and for another window or lag', async () => {
    const { provider, whole, source } = await held();
    const end = settledNow();
    const other = async (start: number, settlingLag: number): Promise<Fetched> =>
      provider.fetchCounts(requestOf(start, end, end, { settlingLag }), FREE);
    const direct = async (start: number): Promise<unknown> =>
      countsOf(await source.fetchCounts(requestOf(start, end), FREE));
    const [shorter, sooner] = [
      await other(end - 60 * MINUTE, 2 * MINUTE),
      await other(end - 360 * MINUTE, MINUTE),
    ];
    expect(shorter).not.toBe(whole);
    expect(sooner).not.toBe(whole);
    expect(countsOf(shorter)).toEqual(await direct(end - 60 * MINUTE));
    expect(countsOf(sooner)).toEqual(await direct(end - 360 * MINUTE));
    vi.setSystemTime(NOW + MINUTE);
    const later = await look(provider, lag);
    expect(later).not.toBe(whole);
    expect(countsOf(later)).toEqual(
      countsOf(await source.fetchCounts(requestOf(settledNow() - 360 * MINUTE, settledNow()), FREE)),
    );
  });

  test('is another one where the provider says otherwise from when its counts are settled', async () => {
    const { provider, whole, source } = await held();
    expect(whole.settledUntil).toBeUndefined();
    // A request that ends later brings what the provider says of the newest counts, and no new ones.
    source.settledUntil = settledNow();
    const end = settledNow() + MINUTE;
    await provider.fetchCounts(requestOf(end - MINUTE, end, settledNow(), lag), FREE);
    expect(await look(provider, lag)).toMatchObject({ settledUntil: settledNow() });
  });

  test('is never one that a provider may have to be asked about a moment later', async () => {
    const source = busySource();
    const { provider } = cachedOver(source);
    const hole = settledNow() - 3 * MINUTE;
    for (const line of source.lines.splice(0))
      source.lines.push({ ...line, truth: (time) => (time === hole ? null : line.truth(time)) });
    await look(provider, lag);
    const calls = source.asked.length;
    await look(provider, lag);
    expect(source.asked.length).toBe(calls + 1);
  });

  test('is not kept where counts are bounds only', async () => {
    const source = busySource();
    source.lines.push({ role: 'bad', cohort: 'canary', truth: () => 1, most: () => 3 });
    const { provider } = cachedOver(source);
    await look(provider, lag);
    const [one, other] = [await look(provider, lag), await look(provider, lag)];
    expect(source.asked).toHaveLength(1);
    expect(one).not.toBe(other);
    expect(countsOf(one)).toEqual(countsOf(other));
    expect(other.held?.bounded).toBe(true);
  });
});
