import { describe, expect, test } from 'vitest';
import { Tally, hits, meanOr, merge, quantileOr } from '../../bench/judge/outcomes.ts';
import { jobsOf } from '../../bench/judge/section.ts';
import { SECTIONS, sectionNamed } from '../../bench/judge/sections.ts';
import { isMet, render, type Target } from '../../bench/judge/table.ts';

describe('outcomes', () => {
  test('keep a run in which nothing happened apart from one in which it happened at 0', () => {
    const tally = new Tally();
    tally.note('seen', 0);
    tally.note('seen', null);
    expect(tally.outcomes).toEqual({ seen: [0, null] });
    expect(hits(tally.outcomes['seen'] ?? [])).toBe(1);
  });

  test('of chunks are joined in their order', () => {
    expect(merge([{ a: [1] }, { b: [2] }, { a: [null, 3] }])).toEqual({ a: [1, null, 3], b: [2] });
  });

  test('charge a run in which it never happened with what is named for it', () => {
    expect(meanOr([2, null], 10)).toBe(6);
    expect(quantileOr([2, 4, null], 0.5, 10)).toBe(4);
    expect(quantileOr([2, 4, null], 0.95, 10)).toBe(10);
  });

  test('of no runs have no mean', () => {
    expect(meanOr([], 10)).toBeNull();
    expect(quantileOr([], 0.5, 10)).toBeNull();
  });
});

describe('a target', () => {
  test.each<readonly [string, Target, boolean]>([
    ['is met at its limit', { text: 't', value: 2, limit: 2 }, true],
    ['is missed above it', { text: 't', value: 2.1, limit: 2 }, false],
    ['at least so much is met above it', { text: 't', value: 2.1, limit: 2, atLeast: true }, true],
    ['is never met by a figure that could not be had', { text: 't', value: null, limit: 2 }, false],
  ])('%s', (_, target, met) => {
    expect(isMet(target)).toBe(met);
    const text = render({ title: 'T', columns: ['c'], rows: [['r']], notes: [], targets: [target] });
    expect(text).toContain(met ? 'met    t:' : 'MISSED t:');
  });
});

describe('the jobs of a section', () => {
  test.each(SECTIONS.map((section) => [section.name, section] as const))(
    '%s cover each run of each scenario once',
    (_, section) => {
      const scale = { runs: 700, quick: true };
      const jobs = jobsOf(section, scale);
      for (const { scenario, runs } of section.plan(scale)) {
        const covered = jobs
          .filter((job) => job.scenario === scenario)
          .flatMap(({ from, to }) => Array.from({ length: to - from }, (__, i) => from + i));
        expect(covered).toEqual(Array.from({ length: runs }, (__, i) => i));
      }
    },
  );

  test('of an unknown section are refused with the known ones', () => {
    expect(() => sectionNamed('speed')).toThrow(/no section "speed"; there are false-fail, detection/);
  });
});
