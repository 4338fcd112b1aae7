import { describe, expect, test } from 'vitest';
import { countedSlo } from '../../test/support/counted-release.ts';
import { DEFAULT_POLICY } from '../core/policy.ts';
import type { AnyProvider, CohortMatch, CountsRequest, Fetched, Points } from '../core/provider.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { BucketMemo } from './bucket-memo.ts';
import { collect } from './collect.ts';
import type { CollectTools } from './sight.ts';
import { Turns } from './turns.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const LAG = 2 * MINUTE;
const match = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });

/** A source on the port whose answer is worked out from each request, and which keeps what it was asked. */
function source(answer: (request: CountsRequest<unknown>) => Partial<Fetched>) {
  const asked: CountsRequest<unknown>[] = [];
  const provider: AnyProvider = {
    fetchCounts: async (request) => {
      asked.push(request);
      return { series: [], complete: true, queriesSent: [], notes: [], ...answer(request) };
    },
    settlingLag: async () => LAG,
    checkAccess: async () => ({ ok: true, detail: '' }),
    close: async () => undefined,
  };
  return { asked, providers: new Map([['counted', provider]]) };
}

const toolsOf = (providers: ReadonlyMap<string, AnyProvider>): CollectTools => ({
  providers,
  signal: new AbortController().signal,
  turns: new Turns(),
  memo: new BucketMemo(0),
});

const ask = (slo = countedSlo(MINUTE)) => ({
  slo,
  policy: DEFAULT_POLICY,
  cohorts: { canary: match('a'), stable: match('b') },
  scope: {},
  now: NOW,
  clock: NOW,
  start: NOW - HOUR,
});

const every = ({ window }: CountsRequest<unknown>, events: number): Points => {
  const points: [number, number][] = [];
  for (let time = window.start; time < window.end; time += MINUTE) points.push([time, events]);
  return points;
};

const both = (request: CountsRequest<unknown>) => [
  { role: 'total' as const, cohort: 'canary' as const, points: every(request, 10) },
  { role: 'total' as const, cohort: 'stable' as const, points: every(request, 90) },
];

describe('what is asked of a provider', () => {
  test('says which counts are settled, by the lag in force, so that only they are kept', async () => {
    const { asked, providers } = source((request) => ({ series: both(request) }));
    await collect(ask(), toolsOf(providers));
    expect(asked.map(({ settledBefore }) => settledBefore)).toEqual([NOW - LAG]);
    await collect(ask({ ...countedSlo(MINUTE), settlingLag: 5 * MINUTE }), toolsOf(providers));
    expect(asked.at(-1)?.settledBefore).toBe(NOW - 5 * MINUTE);
  });

  test('names the label of the pods where the SLO has one, and none where not', async () => {
    const { asked, providers } = source((request) => ({ series: both(request) }));
    await collect(ask(), toolsOf(providers));
    expect(asked.at(-1)).not.toHaveProperty('podLabel');
    await collect(ask({ ...countedSlo(MINUTE), podLabel: 'pod_name' }), toolsOf(providers));
    expect(asked.at(-1)).toHaveProperty('podLabel', 'pod_name');
  });
});

describe('what is made of the answer', () => {
  test('has the pods of the canary', async () => {
    const { providers } = source((request) => ({
      series: both(request),
      podSplit: [
        { role: 'total', pod: 'p', points: every(request, 4) },
        { role: 'total', pod: 'q', points: every(request, 6) },
      ],
    }));
    const { observation } = await collect(ask(), toolsOf(providers));
    expect(observation.buckets[0]?.pods).toEqual(
      new Map([
        ['p', { good: 4, bad: 0 }],
        ['q', { good: 6, bad: 0 }],
      ]),
    );
  });

  test('has one reading of exact counts, and two of bounded ones', async () => {
    const exact = source((request) => ({ series: both(request) }));
    expect(await collect(ask(), toolsOf(exact.providers))).not.toHaveProperty('harshest');
    const bounded = source((request) => ({
      series: [
        ...both(request),
        { role: 'bad', cohort: 'canary', points: every(request, 1), atMost: every(request, 3) },
      ],
    }));
    const { observation, harshest } = await collect(ask(), toolsOf(bounded.providers));
    expect(observation.buckets[0]?.canary).toEqual({ good: 9, bad: 1 });
    expect(harshest?.buckets[0]?.canary).toEqual({ good: 7, bad: 3 });
  });

  test('ends where the provider says that counts still change, for bounds as for counts', async () => {
    const until = NOW - 10 * MINUTE;
    const { providers } = source((request) => ({
      settledUntil: until,
      series: [
        ...both(request),
        { role: 'bad', cohort: 'canary', points: every(request, 1), atMost: every(request, 3) },
      ],
    }));
    const { observation, harshest } = await collect(ask(), toolsOf(providers));
    expect([observation.window.end, harshest?.window.end]).toEqual([until, until]);
  });
});
