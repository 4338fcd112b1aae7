import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERY_RELEASE } from '../../src/core/provider.ts';
import { HOUR } from '../../src/core/units.ts';
import { ask, lines, opened, query, START, type Opened } from './emulator/opened.ts';

let open: Opened;
beforeAll(async () => {
  open = await opened();
});
afterAll(async () => open.close());

const calls = (): number => open.emulator.calls.length;
const cohorts = { canary: null, stable: EVERY_RELEASE };

describe('an SLO kept in Datadog', () => {
  const ID = '627a3ccd24af50beb8eacbd36c5962f9';
  const queries = { good: query({ slo: ID }, 'good'), total: query({ slo: ID }, 'total') };
  const hours = (count: number) => ({
    start: START - HOUR,
    end: START + (count - 1) * HOUR,
    bucketMs: HOUR,
  });
  beforeAll(() => {
    open.emulator.store.slos.set(ID, {
      type: 'metric',
      numerator: 'sum:checkout.requests.good{service:checkout}.as_count()',
      denominator: 'sum:checkout.requests{service:checkout}.as_count()',
    });
    open.emulator.store.slos.set('0'.repeat(32), { type: 'monitor', numerator: '', denominator: '' });
  });

  test('comes by the hour, and an hour without events is no data', async () => {
    const fetched = await ask(open.provider, { queries, cohorts, scope: {}, window: hours(3) });
    expect(lines(fetched)).toEqual(['good stable 0:6480', 'total stable 0:6600']);
  });

  test('whose history is coarser than the buckets is asked bucket by bucket', async () => {
    const before = calls();
    const fetched = await ask(open.provider, {
      queries: { total: queries.total },
      cohorts,
      scope: {},
      window: hours(24),
    });
    expect(lines(fetched)).toEqual(['total stable 0:6600']);
    expect(calls() - before).toBe(25);
    await expect(ask(open.provider, { queries, cohorts, scope: {}, window: hours(48) })).rejects.toThrow(
      'in intervals of 2h, wider than the buckets of 1h',
    );
  });

  test('cannot judge a canary, and says why', async () => {
    await expect(ask(open.provider, { queries })).rejects.toMatchObject({
      code: 'provider-rejected',
      message: `The Datadog SLO ${ID} counts the whole service and cannot tell canary from stable.`,
    });
  });

  test.each([
    ['f'.repeat(32), 'has no such SLO'],
    ['0'.repeat(32), 'is of the type monitor, which keeps no counts'],
  ])('that cannot be used is refused: %s', async (slo, message) => {
    const other = { total: query({ slo }, 'total') };
    await expect(
      ask(open.provider, { queries: other, cohorts, scope: {}, window: hours(3) }),
    ).rejects.toMatchObject({
      code: 'provider-rejected',
      message: expect.stringContaining(message) as string,
    });
  });
});
