import { describe, expect, test } from 'vitest';
import { allowedNames, nearNames } from './near-names.ts';

describe('names that a person may have meant', () => {
  const known = ['target', 'targetPercent', 'timeSliceTarget', 'op'];

  test.each([
    ['targt', ['target']],
    ['TARGET', ['target']],
    ['traget', ['target']],
    ['po', ['op']],
    ['targetPercents', ['targetPercent']],
    ['zzzzzz', []],
    ['', []],
  ])('%s is near %j', (given, near) => {
    expect(nearNames(given, known)).toEqual(near);
  });

  test('near names come first, and all of them follow', () => {
    expect(allowedNames('targt', known)).toBe('target? (one of target, targetPercent, timeSliceTarget, op)');
    expect(allowedNames('zzzzzz', known)).toBe('one of target, targetPercent, timeSliceTarget, op');
    expect(allowedNames('x', [])).toBe('a name that is defined; none is');
  });
});
