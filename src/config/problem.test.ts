import { describe, expect, test } from 'vitest';
import { formatIssues, formatProblems, formatWarnings } from './problem.ts';

describe('problems as text', () => {
  test('a problem names file, line, column, path, what was given and what is allowed', () => {
    const problem = {
      file: 'slos/checkout.yaml',
      line: 14,
      column: 13,
      path: 'spec.objectives[0].target',
      given: '99.9',
      allowed: 'a ratio from 0 to below 1 (99.9% is 0.999)',
    };
    expect(formatProblems([problem])).toBe(
      'slos/checkout.yaml:14:13 spec.objectives[0].target: given 99.9, allowed a ratio from 0 to below 1 (99.9% is 0.999)',
    );
  });

  test('problems come in the order of reading, those of a whole file first', () => {
    const at = (file: string, line?: number, column?: number) => ({
      file,
      path: '',
      given: 'x',
      allowed: 'y',
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    });
    const text = formatProblems([at('b', 1, 1), at('a', 10, 2), at('a', 9, 5), at('a', 9, 4), at('a')]);
    expect(text.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'a:',
      'a:9:4:',
      'a:9:5:',
      'a:10:2:',
      'b:1:1:',
    ]);
  });

  test('a line break in a file name does not make a second problem', () => {
    const text = formatProblems([{ file: 'a\nb.yaml:1:1 spec: forged', path: '', given: 'x', allowed: 'y' }]);
    expect(text).toBe('a?b.yaml:1:1 spec: forged: given x, allowed y');
  });

  test('warnings and issues have the same form', () => {
    expect(formatWarnings([{ file: 'a', line: 1, column: 2, path: 'spec', message: 'is odd' }])).toBe(
      'a:1:2 spec: is odd',
    );
    expect(formatIssues([{ path: '--port', given: '"x"', allowed: 'a number' }])).toBe(
      '--port: given "x", allowed a number',
    );
  });
});
