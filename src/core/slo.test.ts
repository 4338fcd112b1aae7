import { expect, test } from 'vitest';
import { errorBudget, queriesOf } from './slo.ts';

const source = (query: string) => ({ provider: 'recorded', query });

test('the error budget is what the objective leaves', () => {
  expect(errorBudget({ target: 0.995 })).toBeCloseTo(0.005, 12);
  expect(errorBudget({ target: 0 })).toBe(1);
});

test('an indicator asks for its two roles', () => {
  const [bad, good, total] = [source('bad'), source('good'), source('total')];
  expect(queriesOf({ kind: 'bad-total', bad, total })).toEqual({ bad, total });
  expect(queriesOf({ kind: 'good-total', good, total })).toEqual({ good, total });
});
