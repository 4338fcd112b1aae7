import { describe, expect, test } from 'vitest';
import { GROUPS_SHARE, GroupWeights, WHOLE_SHARE, namedGuilty } from './family.ts';

describe('prior weights of groups', () => {
  test('give 0.7 to the groups of the first bucket, in equal parts', () => {
    expect(new GroupWeights().nextBatch(7)).toBeCloseTo(0.1, 12);
  });

  test('give 0.3/(j(j+1)) to the j-th later batch, and never more than 1 in all', () => {
    const weights = new GroupWeights();
    const masses = Array.from({ length: 1000 }, (_, batch) => weights.nextBatch(batch + 1) * (batch + 1));
    expect(masses.slice(0, 4)).toEqual(
      [0.7, 0.15, 0.05, 0.025].map((each): unknown => expect.closeTo(each, 12)),
    );
    const sum = masses.reduce((all, each) => all + each, 0);
    expect(sum).toBeLessThanOrEqual(1);
    expect(sum).toBeGreaterThan(0.999);
  });
});

test('whole and groups share alpha and spend no more than all of it', () => {
  expect(WHOLE_SHARE + GROUPS_SHARE).toBe(1);
  expect(WHOLE_SHARE).toBe(0.8);
});

describe('the groups that can be named', () => {
  const log = Math.log;

  test.each([
    ['none without evidence', [0, 0, 0], []],
    ['one that alone reaches K/alpha', [log(149), log(301), 0], [1]],
    ['none that falls just short of it', [log(149), log(299), 0], []],
    ['two that together reach K/(2 alpha)', [log(151), log(151), 0], [0, 1]],
    ['a weaker one carries a stronger one that it completes', [log(101), log(101), log(101)], [0, 1, 2]],
    ['not all because one is strong', [log(1e6), 0, 0], [0]],
  ])('%s', (_, logs, named) => {
    expect(namedGuilty(logs, 0.01).toSorted((one, other) => one - other)).toEqual(named);
  });

  test('are listed strongest first', () => {
    expect(namedGuilty([log(1000), log(9000), log(5000)], 0.01)).toEqual([1, 2, 0]);
  });
});
