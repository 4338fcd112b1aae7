import { expect, test } from 'vitest';
import { slo } from '../../../test/support/report-hours.ts';
import { EVERYTHING } from '../../core/grants.ts';
import { visibleSlos } from './visible.ts';

test('what a reader sees of the loaded SLOs are those of its services', () => {
  const slos = [slo(), slo({ name: 'search', service: 'search' })];
  expect(visibleSlos({ ...EVERYTHING, services: ['search'] }, slos).map(({ name }) => name)).toEqual([
    'search',
  ]);
});
