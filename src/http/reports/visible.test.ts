import { describe, expect, test } from 'vitest';
import { measured } from '../../../test/support/measured.ts';
import { slo } from '../../../test/support/report-hours.ts';
import { EVERYTHING, type Grants } from '../../core/grants.ts';
import { RecentAnalyses } from '../../reports/recent.ts';
import { mayRead, visiblePart, visibleSlos } from './visible.ts';

const grants = (some: Partial<Grants>): Grants => ({ ...EVERYTHING, ...some });

function analysisOfTwo() {
  const recent = new RecentAnalyses((name) => (name === 'checkout' ? 'shop' : 'search'));
  recent.record(measured());
  recent.record(measured({ slo: 'search' }));
  const found = recent.find(measured().analysis);
  if (found === null) throw new Error('nothing was recorded');
  return found;
}

describe('what a reader sees', () => {
  test('of an analysis are the SLOs it is granted, in rows, counts and looks alike', () => {
    const seen = visiblePart(grants({ services: ['sho*'] }), analysisOfTwo());
    expect(seen?.rows.map((row) => row.slo)).toEqual(['checkout']);
    expect(seen?.newest.map((each) => each.slo)).toEqual(['checkout']);
    expect(seen?.looks.map((each) => each.slo)).toEqual(['checkout']);
  });

  test('is nothing at all where none is granted, so that hidden and unknown look alike', () => {
    expect(visiblePart(grants({ slos: ['other'] }), analysisOfTwo())).toBeNull();
    expect(visiblePart(grants({ namespaces: ['staging'] }), analysisOfTwo())).toBeNull();
    expect(visiblePart(EVERYTHING, analysisOfTwo())?.rows).toHaveLength(2);
  });

  test('of releases is held to namespaces, and a release of none is of all', () => {
    const [row] = analysisOfTwo().rows;
    if (row === undefined) throw new Error('no row');
    const { namespace: _, ...release } = row.release;
    expect(mayRead(grants({ namespaces: ['shop'] }), row)).toBe(true);
    expect(mayRead(grants({ namespaces: ['shop'] }), { ...row, release })).toBe(false);
  });

  test('of the loaded SLOs are those of its services', () => {
    const slos = [slo(), slo({ name: 'search', service: 'search' })];
    expect(visibleSlos(grants({ services: ['search'] }), slos).map(({ name }) => name)).toEqual(['search']);
  });
});
