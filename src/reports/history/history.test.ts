import { describe, expect, test } from 'vitest';
import { measured } from '../../../test/support/measured.ts';
import { RecentAnalyses } from '../recent.ts';
import { History } from './history.ts';
import type { HistoryReader, StoredAnalysis } from './history-store.ts';

/** A store that has what another memory has. */
function readerOf(stored: RecentAnalyses): HistoryReader {
  return {
    analyses: async (filter) => stored.list(filter),
    analysis: async (id) => stored.find(id),
    snapshots: async () => [],
  };
}

function historyOf(stored: RecentAnalyses | null, recent = new RecentAnalyses()) {
  const failures: unknown[] = [];
  const reader = async (): Promise<HistoryReader> => {
    if (stored === null) throw new Error('down');
    return readerOf(stored);
  };
  const history = new History({
    recent,
    writer: null,
    reader,
    onReadFailure: (error) => failures.push(error),
  });
  return { history, recent, failures };
}

const looksOf = (found: { readonly analysis: StoredAnalysis } | null): number[] =>
  found?.analysis.looks.map(({ at }) => at) ?? [];

describe('the history', () => {
  const [early, late] = [measured({ minutes: 20 }), measured({ minutes: 40 })];

  test('joins what is stored with what was answered a moment ago, each look once', async () => {
    const stored = new RecentAnalyses();
    const { history, recent } = historyOf(stored);
    stored.record(early);
    for (const each of [early, late]) recent.record(each);
    const found = await history.find(early.analysis);
    expect(looksOf(found)).toEqual([late.at, early.at]);
    expect(found?.analysis.newest).toEqual([late]);
    expect(found?.analysis.rows[0]).toMatchObject({ firstAt: early.at, lastAt: late.at, looks: 2 });
    expect((await history.analysesOf('checkout', 0, Infinity)).map(({ lastAt }) => lastAt)).toEqual([
      late.at,
    ]);
  });

  test('has what another replica stored, also for SLOs that this one has not judged', async () => {
    const stored = new RecentAnalyses();
    const { history, recent } = historyOf(stored);
    stored.record(late);
    stored.record(measured({ slo: 'search' }));
    recent.record(early);
    const found = await history.find(early.analysis);
    expect(found?.analysis.rows.map(({ slo, lastAt }) => [slo, lastAt])).toEqual([
      ['checkout', late.at],
      ['search', measured({ slo: 'search' }).at],
    ]);
    expect(found?.origin).toBe('history');
  });

  test('answers from memory while the store is down, and says so', async () => {
    const { history, recent, failures } = historyOf(null);
    recent.record(early);
    expect(await history.find(early.analysis)).toMatchObject({ origin: 'memory' });
    expect(await history.list({ limit: 5 })).toMatchObject({
      origin: 'memory',
      items: [{ slo: 'checkout' }],
    });
    expect(await history.find('unknown')).toBeNull();
    expect(failures).toHaveLength(3);
  });
});
