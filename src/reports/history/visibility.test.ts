import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measured } from '../../../test/support/measured.ts';
import { slo } from '../../../test/support/report-hours.ts';
import { EVERYTHING, mayUseNamespace, mayUseSlo, type Grants } from '../../core/grants.ts';
import { RecentAnalyses } from '../recent.ts';
import type { HistoryReader } from './history-store.ts';
import { History } from './history.ts';
import { isVisible, visibilityOf, visiblePart } from './visibility.ts';

const LOADED = [slo(), slo({ name: 'search', service: 'finding' })];
const row = (name: string, namespace?: string) => ({
  slo: name,
  release: { canary: 'c', stable: null, ...(namespace === undefined ? {} : { namespace }) },
});
const sees = (some: Partial<Grants>, name: string, namespace?: string): boolean =>
  isVisible(visibilityOf({ ...EVERYTHING, ...some }, LOADED), row(name, namespace));

describe('a row of the history', () => {
  test('of a release without namespace is of all namespaces, and hidden from who is held to some', () => {
    expect(sees({}, 'checkout')).toBe(true);
    expect(sees({ namespaces: ['*'] }, 'checkout')).toBe(false);
    expect(sees({ namespaces: ['*'] }, 'checkout', 'any')).toBe(true);
  });

  test('of an SLO that is no longer loaded is seen by name, and by nobody who is held to services', () => {
    expect(sees({ slos: ['gone-*'] }, 'gone-by')).toBe(true);
    expect(sees({ services: ['*'] }, 'gone-by')).toBe(false);
    expect(sees({ services: ['*'] }, 'checkout')).toBe(true);
  });

  test('of a loaded SLO is seen by exactly those who may use it in its namespace', () => {
    const patterns = fc.option(
      fc.array(fc.constantFrom('*', 'shop', 'sh*', 'checkout', 'search', 'finding', 'shopping')),
    );
    const grants = fc.record({ namespaces: patterns, services: patterns, slos: patterns });
    fc.assert(
      fc.property(
        grants,
        fc.constantFrom(...LOADED),
        fc.constantFrom('shop', 'shopping', undefined),
        (given, { name, service }, namespace) => {
          const may = mayUseSlo(given, { name, service }) && mayUseNamespace(given, namespace);
          expect(isVisible(visibilityOf(given, LOADED), row(name, namespace))).toBe(may);
        },
      ),
    );
  });
});

function analysisOfTwo() {
  const recent = new RecentAnalyses();
  recent.record(measured());
  recent.record(measured({ slo: 'search' }));
  const found = recent.find(measured().analysis);
  if (found === null) throw new Error('nothing was recorded');
  return found;
}

describe('what may be seen of an analysis', () => {
  const seen = (some: Partial<Grants>) =>
    visiblePart(visibilityOf({ ...EVERYTHING, ...some }, LOADED), analysisOfTwo());

  test('are the SLOs that are granted, in rows, counts and looks alike', () => {
    const part = seen({ services: ['sho*'] });
    expect(part?.rows.map((each) => each.slo)).toEqual(['checkout']);
    expect(part?.newest.map((each) => each.slo)).toEqual(['checkout']);
    expect(part?.looks.map((each) => each.slo)).toEqual(['checkout']);
  });

  test('is nothing at all where none is granted, so that hidden and unknown look alike', () => {
    expect(seen({ slos: ['other'] })).toBeNull();
    expect(seen({ namespaces: ['staging'] })).toBeNull();
    expect(seen({})?.rows).toHaveLength(2);
  });

  test('is asked of the store as well, whose bound on looks then counts none that is hidden', async () => {
    const asked: unknown[] = [];
    const reader: HistoryReader = {
      analyses: async () => ({ items: [], next: null }),
      analysis: async (...all) => {
        asked.push(all[2]);
        return null;
      },
      snapshots: async () => [],
    };
    const recent = new RecentAnalyses();
    const history = new History({
      recent,
      writer: null,
      reader: async () => reader,
      onReadFailure: () => undefined,
    });
    recent.record(measured());
    const visible = visibilityOf({ ...EVERYTHING, slos: ['search'] }, LOADED);
    expect(await history.find(measured().analysis, visible)).toBeNull();
    expect(asked).toEqual([visible]);
  });
});
