import { expect, test } from 'vitest';
import { MINUTE } from '../core/units.ts';
import { coalesced } from './coalesced.ts';
import { busySource, eventLog, FREE, requestOf } from './fixtures/source.ts';

function setUp() {
  const source = busySource();
  const { events, observe } = eventLog();
  const provider = coalesced(source, { provider: 'counted', longestMs: 8000, now: Date.now, observe });
  return { source, provider, events };
}

test('equal requests at the same time reach the provider once', async () => {
  const { source, provider, events } = setUp();
  const answers = await Promise.all(
    [1, 2, 3].map(async (settled) => provider.fetchCounts(requestOf(0, 5 * MINUTE, settled * MINUTE), FREE)),
  );
  expect(source.asked).toHaveLength(1);
  expect(answers[1]).toEqual(answers[0]);
  const event = { kind: 'coalesced', provider: 'counted' };
  expect(events).toEqual([event, event]);
});

test('requests for other spans or other counts do not share', async () => {
  const { source, provider } = setUp();
  await Promise.all([
    provider.fetchCounts(requestOf(0, 5 * MINUTE), FREE),
    provider.fetchCounts(requestOf(MINUTE, 5 * MINUTE), FREE),
    provider.fetchCounts(requestOf(0, 6 * MINUTE), FREE),
    provider.fetchCounts(requestOf(0, 5 * MINUTE, 0, { groupBy: 'path' }), FREE),
  ]);
  expect(source.asked).toHaveLength(4);
});

test('queries that cannot be told apart are never shared', async () => {
  const { source, provider } = setUp();
  const queries = { total: () => 'a query with a secret' };
  const request = requestOf(0, 5 * MINUTE, 0, { queries });
  await Promise.all([provider.fetchCounts(request, FREE), provider.fetchCounts(request, FREE)]);
  await Promise.all([provider.settlingLag(queries, FREE), provider.settlingLag(queries, FREE)]);
  expect([source.asked.length, source.lagLookUps]).toEqual([2, 2]);
});

test('look-ups of the same settling lag are one', async () => {
  const { source, provider } = setUp();
  const lags = await Promise.all([
    provider.settlingLag({ total: 1 }, FREE),
    provider.settlingLag({ total: 1 }, FREE),
    provider.settlingLag({ total: 2 }, FREE),
  ]);
  expect(lags).toEqual([source.lag, source.lag, source.lag]);
  expect(source.lagLookUps).toBe(2);
  await provider.close();
  expect(source.lines).toEqual([]);
});
