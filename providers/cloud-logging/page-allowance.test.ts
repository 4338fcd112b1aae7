import { expect, test } from 'vitest';
import { PageAllowance } from './page-allowance.ts';

const taken = (allowance: PageAllowance, analysis: string, pool = 'shop', most = 100): number => {
  let calls = 0;
  while (calls < most && allowance.take(analysis, pool)) calls += 1;
  return calls;
};

test('an analysis alone has its own limit, and again a minute later', () => {
  let now = 1_000_000;
  const allowance = new PageAllowance({ perAnalysis: 6, together: 40, now: () => now });
  expect(taken(allowance, 'a')).toBe(6);
  now += 59_999;
  expect(taken(allowance, 'a')).toBe(0);
  now += 1;
  expect(taken(allowance, 'a')).toBe(6);
});

test('many share what there is, those that come last too; another project has its own', () => {
  let now = 1_000_000;
  const allowance = new PageAllowance({ perAnalysis: 6, together: 40, now: () => now });
  const names = Array.from({ length: 20 }, (_, nth) => `analysis ${String(nth)}`);
  for (const name of names) taken(allowance, name, 'shop', 1);
  now += 60_000 - 1;
  for (const name of names) allowance.take(name, 'shop');
  now += 1;
  expect(names.map((name) => taken(allowance, name))).toEqual(names.map(() => 1));
  now += 60_000 - 2;
  for (const name of names) allowance.take(name, 'shop');
  expect(taken(allowance, 'elsewhere', 'other')).toBe(6);
});

test('a clock set back stops nobody', () => {
  let now = 1_000_000;
  const allowance = new PageAllowance({ perAnalysis: 2, together: 40, now: () => now });
  expect(taken(allowance, 'a')).toBe(2);
  now -= 500_000;
  expect(taken(allowance, 'a')).toBe(2);
});
