import { describe, expect, test } from 'vitest';
import type {
  AnalysisFilter,
  AnalysisPage,
  Filed,
  StoredAnalysis,
  Visibility,
} from '../../src/reports/history/history-store.ts';
import { isVisible } from '../../src/reports/history/visibility.ts';
import { measured, MINUTE, T0 } from '../support/measured.ts';

interface Lists {
  append(batch: readonly Filed[]): Promise<unknown>;
  analyses(filter: AnalysisFilter): Promise<AnalysisPage>;
  analysis(id: string, mostLooks: number, visible: Visibility): Promise<StoredAnalysis | null>;
}

const SLOS = ['shop_a', 'shop-a', 'Shop-a', 'shop%a', 'shopping'];
/** Wildcards of SQL, letters of both cases, a name beyond ASCII, and none. */
const NAMESPACES = ['team-a', 'Team-a', 'team_a', 'team%', 'team-ä', 'team-secret', undefined];

/** One row of each SLO in each namespace, the hidden and the shown mixed in time. */
function mixed(): Filed[] {
  return SLOS.flatMap((slo, s) =>
    NAMESPACES.map((namespace, n) => {
      const { release, ...rest } = measured({
        analysis: String(s * 10 + n).padStart(20, '0'),
        slo,
        start: T0 + ((s * 3 + n * 5) % 11) * MINUTE,
      });
      const { namespace: _, ...unplaced } = release;
      const measurement = {
        ...rest,
        release: namespace === undefined ? unplaced : { ...release, namespace },
      };
      return { measurement, service: 'shop', recordedAt: measurement.at };
    }),
  );
}

const CALLERS: readonly (readonly [string, Partial<Visibility>, number])[] = [
  ['everything', {}, 35],
  ['one namespace', { namespaces: ['team-a'] }, 5],
  ['a namespace that nobody has', { namespaces: ['team-z'] }, 0],
  ['namespaces that begin alike', { namespaces: ['team*'] }, 25],
  ['an underscore, which is no wildcard', { namespaces: ['team_*'] }, 5],
  ['a percent sign, which is none', { namespaces: ['team%*'] }, 5],
  ['letters beyond ASCII', { namespaces: ['team-ä*'] }, 5],
  ['every namespace, which is not none', { namespaces: ['*'] }, 30],
  ['no namespace at all', { namespaces: [] }, 0],
  ['SLOs by the beginning of their names', { slos: ['shop-*', 'shop_*'] }, 14],
  ['no SLO', { slos: [] }, 0],
  ['SLOs by name', { names: ['shop-a', 'shopping', 'gone'] }, 14],
  ['none of the loaded SLOs', { names: [] }, 0],
  ['both', { namespaces: ['team-a', 'team-s*'], slos: ['shop*'], names: ['Shop-a', 'shopping'] }, 2],
];

/** What every list of analyses promises to hide, whatever it is made of. */
export function visibilitySuite(name: string, fresh: () => Promise<Lists>): void {
  describe(`${name}: what a caller may see`, () => {
    test.each(CALLERS)('%s: all pages together are its rows, and all of them', async (_, some, count) => {
      const lists = await fresh();
      const all = mixed();
      await lists.append(all);
      const visible: Visibility = { namespaces: null, slos: null, names: null, ...some };
      for (const limit of [1, 3, 100]) {
        const pages = await walk(lists, { limit, visible });
        const rows = pages.flatMap(({ items }) => items);
        expect(rows.every((row) => isVisible(visible, row))).toBe(true);
        expect(new Set(rows.map(({ part }) => part)).size).toBe(count);
        expect(rows).toHaveLength(count);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(count / limit)));
      }
    });

    test('an analysis has the looks at its own SLOs, however many there are at others', async () => {
      const lists = await fresh();
      const looks = [10, 11, 12].flatMap((minutes) =>
        ['hidden', 'checkout'].map((slo) =>
          measured({ slo, minutes: slo === 'hidden' ? minutes + 9 : minutes }),
        ),
      );
      await lists.append(
        looks.map((measurement) => ({ measurement, service: 'shop', recordedAt: measurement.at })),
      );
      const visible: Visibility = { namespaces: null, slos: ['check*'], names: null };
      const found = await lists.analysis(measured().analysis, 3, visible);
      expect(found?.looks.map(({ slo }) => slo)).toEqual(['checkout', 'checkout', 'checkout']);
      expect(JSON.stringify(found)).not.toContain('hidden');
      expect(await lists.analysis(measured().analysis, 3, { ...visible, slos: [] })).toBeNull();
    });

    test('every page is as if nothing else had ever been there', async () => {
      const visible: Visibility = { namespaces: ['team-a'], slos: ['shop*'], names: null };
      const [among, alone] = [await fresh(), await fresh()];
      const all = mixed();
      await among.append(all);
      await alone.append(
        all.filter(({ measurement: { slo, release } }) => isVisible(visible, { slo, release })),
      );
      for (const filter of [{}, { slo: 'shop-a' }, { namespace: 'team-secret' }, { from: T0 + 35 * MINUTE }])
        for (const limit of [1, 2, 50])
          expect(await walk(among, { ...filter, limit, visible })).toEqual(
            await walk(alone, { ...filter, limit, visible }),
          );
    });
  });
}

async function walk(lists: Lists, filter: AnalysisFilter): Promise<AnalysisPage[]> {
  const pages: AnalysisPage[] = [];
  let page = await lists.analyses(filter);
  pages.push(page);
  while (page.next !== null) {
    page = await lists.analyses({ ...filter, after: page.next });
    pages.push(page);
  }
  return pages;
}
