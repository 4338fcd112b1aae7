import { describe, expect, test } from 'vitest';
import { parsePath, renderPath } from './path.ts';

describe('paths inside documents', () => {
  test.each([
    [[], ''],
    [['spec', 'objectives', 0, 'target'], 'spec.objectives[0].target'],
    [[1, 'kind'], '[1].kind'],
    [
      ['metadata', 'annotations', 'burngate.io/policy.margin'],
      'metadata.annotations["burngate.io/policy.margin"]',
    ],
    [['a\nb"c'], '["a?b?c"]'],
    [['x'.repeat(500)], `["${'x'.repeat(119)}…"]`],
  ])('%j is shown as %s', (path, text) => {
    expect(renderPath(path)).toBe(text);
  });

  test.each([
    ['', []],
    ['groups[0].name', ['groups', 0, 'name']],
    ['[2]', [2]],
  ])('%s is read back as steps', (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });
});
