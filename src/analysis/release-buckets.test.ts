import { describe, expect, test } from 'vitest';
import { allOf } from '../../test/support/all-of.ts';
import { countedProvider, countedSlo } from '../../test/support/counted-release.ts';
import { buckets, HEALTHY, rows, START, type Row } from '../../test/statistics/scenes.ts';
import { total, NO_EVENTS } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { releaseBuckets, type ReleaseAsk } from './release-buckets.ts';

const GROUPED: Row = {
  groups: {
    a: [
      [1, 50],
      [1, 450],
    ],
    b: [[0, 50], null],
    '/healthz': [
      [0, 9],
      [0, 9],
    ],
  },
};
const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
const ASK: ReleaseAsk = {
  slo: countedSlo(MINUTE),
  exclude: ['/healthz'],
  cohorts: { canary: match('canary'), stable: match('stable') },
  scope: {},
  from: START + 10 * MINUTE,
  to: START + 20 * HOUR,
  lookBack: false,
};

async function fetched(
  ask: Partial<ReleaseAsk>,
  provider = countedProvider(buckets(rows(1200, HEALTHY)), 0),
) {
  const pieces: (readonly [number, number])[] = [];
  const notes = new Set<string>();
  const got = await allOf(
    releaseBuckets({ ...ASK, ...ask }, new Map([['counted', provider]]), new AbortController().signal, {
      onPiece: (done, all) => pieces.push([done, all]),
      onNotes: (found) => {
        for (const note of found) notes.add(note);
      },
    }),
  );
  return { got, pieces, notes: [...notes] };
}

describe('the buckets of a past release', () => {
  test('come oldest first in pieces of at most six hours, without a gap or an overlap', async () => {
    const { got, pieces } = await fetched({});
    const times = got.flat().map(({ time }) => time);
    expect(times).toHaveLength(20 * 60 - 10);
    expect(times).toEqual(times.map((_, index) => ASK.from + index * MINUTE));
    expect(Math.max(...got.map((piece) => piece.length))).toBeLessThanOrEqual(360);
    expect(pieces).toEqual(got.map((_, done) => [done, got.length]));
  });

  test('begin a look-back earlier where analyses looked back', async () => {
    const { got } = await fetched({ lookBack: true, to: START + HOUR });
    const all = got.flat();
    expect(all[0]?.time).toBe(ASK.from - 24 * HOUR);
    // What the provider does not know is a hole, never zero.
    expect(all[0]).toEqual({ time: ASK.from - 24 * HOUR, canary: null, stable: null });
    expect(all.at(-1)?.time).toBe(START + 59 * MINUTE);
  });

  test('carry the groups of a breakdown, but not those that policy leaves out, which is noted', async () => {
    const slo = countedSlo(MINUTE, 'endpoint');
    const provider = countedProvider(buckets(rows(30, GROUPED)), 0);
    const { got, notes } = await fetched({ slo, to: START + 20 * MINUTE }, provider);
    const [bucket] = got.flat();
    expect([...(bucket?.groups?.keys() ?? [])]).toEqual(['a', 'b']);
    expect(total(bucket?.canary ?? NO_EVENTS)).toBe(100);
    expect(notes).toEqual(['counted by hand', 'left out as probes: /healthz']);
  });

  test('are of stable alone where no canary is asked for', async () => {
    const { got } = await fetched({ cohorts: { canary: null, stable: match('stable') } });
    expect(got.flat().every(({ canary, stable }) => canary === null && stable !== null)).toBe(true);
  });

  test('end where the provider says that its counts have settled', async () => {
    const provider = countedProvider(buckets(rows(1200, HEALTHY)), 0);
    const settledUntil = START + 15 * MINUTE;
    const { got } = await fetched(
      {},
      {
        ...provider,
        fetchCounts: async (...ask) => ({ ...(await provider.fetchCounts(...ask)), settledUntil }),
      },
    );
    expect(got.flat()).toHaveLength(5);
  });

  test('an incomplete answer is no answer', async () => {
    const provider = countedProvider([], 0);
    const broken = {
      ...provider,
      fetchCounts: async (...ask: Parameters<typeof provider.fetchCounts>) => ({
        ...(await provider.fetchCounts(...ask)),
        complete: { missing: 'page 2' },
      }),
    };
    await expect(fetched({}, broken)).rejects.toThrow(ProviderError);
  });
});
