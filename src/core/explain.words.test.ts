import { describe, expect, test } from 'vitest';
import {
  ask,
  buckets,
  HEALTHY,
  observe,
  rows,
  START,
  timestamp,
  type Row,
} from '../../test/statistics/scenes.ts';
import type { JudgementCode } from './codes.ts';
import { explain, rate, type Subject } from './explain.ts';
import type { GroupEvidence } from './group-family.ts';
import type { Observation } from './observation.ts';
import { HOUR, MINUTE } from './units.ts';
import { decide, type Figures, type Judgement } from './verdict.ts';

const BROKEN: Row = { canary: [20, 100], stable: [1, 900] };
const BURNS = 'canary burns 0x its error budget (0% bad of 3000), stable 0.22x (0.11% bad of 27,000)';
const WINDOW = 'window 10:00 to 10:30 UTC, data 2m old';

type Over = Partial<Omit<Judgement, 'figures'>> & { readonly figures?: Partial<Figures> };

function subjectOf(given: readonly Row[], over: Partial<Observation> = {}, slo = 'checkout'): Subject {
  const observation = observe(buckets(given), { dataAge: 2 * MINUTE, ...over });
  return { slo, question: ask(), observation, timestamp };
}

/** The sentence on half an hour of healthy traffic, but for what is given. */
function said({ figures = {}, ...over }: Over = {}, subject = subjectOf(rows(30, HEALTHY))): string {
  const judgement = decide(subject.question, subject.observation);
  return explain({ ...judgement, ...over, figures: { ...judgement.figures, ...figures } }, subject);
}

function group(name: string, bad: number, all: number): GroupEvidence {
  return {
    group: name,
    canary: { good: all - bad, bad },
    stable: { good: 100, bad: 0 },
    logWeight: -1,
    logBurn: 9,
    logRelative: 9,
    logHarm: 9,
  };
}

describe('the whole sentence', () => {
  test('is verdict, window and age of the data, and nothing else where nothing else is to be said', () => {
    expect(said()).toBe(`checkout: no harm seen: ${BURNS}; ${WINDOW}`);
  });

  test('does not warn of a proven harm beside a fail for it', () => {
    expect(said({}, subjectOf(rows(30, BROKEN)))).toBe(
      `checkout: canary burns 40.0x its error budget (20% bad of 3000), stable 0.22x (0.11% bad of 27,000); harm proven at 10:01; ${WINDOW}`,
    );
    const { harm } = decide(ask(), observe(buckets(rows(30, BROKEN))));
    expect(said({ code: 'group-harm-proven', harm, groups: [group('GET /a', 5, 10)] })).toBe(
      `checkout: harm proven at 10:01, in GET /a burns 100x (50% bad of 10); overall ${BURNS}; ${WINDOW}`,
    );
    expect(said({ harm })).toContain(
      '; WARNING, harm proven at 10:01, for which the policy does not fail a release; window',
    );
  });

  test('has no window where there are no buckets', () => {
    expect(said({}, subjectOf([], { lag: 3 * MINUTE }))).toBe(
      'checkout: no bucket is settled yet; counts settle 3m after they happen',
    );
  });

  test('ends with the earlier attempt of the same hash', () => {
    expect(said({}, subjectOf(rows(30, HEALTHY), { earlierEnded: START - HOUR }))).toBe(
      `checkout: no harm seen: ${BURNS}; ${WINDOW}; an earlier attempt of the same hash ended at 09:00 and is not counted`,
    );
  });

  test('tells the burn of the whole window where no onset is known', () => {
    const broken = subjectOf(rows(30, BROKEN));
    const { harm } = decide(broken.question, broken.observation);
    expect(harm).not.toBeNull();
    const unknown = harm === null ? null : { ...harm, onset: null };
    expect(said({ harm: unknown }, broken)).toContain('checkout: canary burns 40.0x');
  });
});

describe('beside the verdict', () => {
  const concentration = { pod: 'shop-7d4b9-x2x', pods: 3, share: 0.9 };

  test('one pod with nearly all bad events is named, but not where the canary passes', () => {
    expect(said({ verdict: 'inconclusive', figures: { concentration } })).toBe(
      `checkout: no harm seen: ${BURNS}; one pod of 3 (shop-7d4b9-x2x) has 90% of the bad events: bad node or bad release?; ${WINDOW}`,
    );
    expect(said({ verdict: 'pass', figures: { concentration } })).not.toContain('pod');
  });

  test.each([
    ['pass', 0.5, true],
    ['pass', 0.89, true],
    ['pass', 0.9, false],
    ['inconclusive', 0.5, false],
    ['pass', null, false],
  ] as const)('a %s with %s of stable’s traffic covered says so: %s', (verdict, coveredShare, says) => {
    expect(said({ verdict, figures: { coveredShare } }).includes('the canary has seen groups with')).toBe(
      says,
    );
  });

  test('the share of stable’s traffic that was covered has its number', () => {
    expect(said({ figures: { coveredShare: 0.5 } })).toContain(
      "; the canary has seen groups with 50% of stable's traffic only; window",
    );
  });
});

describe('what keeps counts from being judged', () => {
  test.each<JudgementCode>([
    'settling',
    'no-data',
    'stale-data',
    'clock-skew',
    'partial',
    'coverage',
    'idle',
    'canary-silent',
    'traffic-missing',
    'traffic-excess',
    'no-baseline',
  ])('is told in the words of the obstacle: %s', (code) => {
    const obstacle = { code: 'coverage', text: 'the very words' } as const;
    expect(said({ code, obstacle })).toBe(`checkout: the very words; ${WINDOW}`);
  });

  test('is that of bounded counts where their two readings differ, with the provider’s reason if it gives one', () => {
    const readings = { kindest: 'pass', harshest: 'fail' } as const;
    const bounded = (notes: readonly string[]) =>
      said(
        { code: 'counts-bounded', obstacle: null, readings },
        subjectOf(rows(30, HEALTHY), { notes: [...notes] }),
      );
    const words =
      'checkout: the counts are known within bounds only: with the fewest bad events pass, with the most fail';
    expect(bounded([])).toBe(`${words}; ${WINDOW}`);
    expect(bounded(['bucket edges at 250 and 500 ms', 'more'])).toBe(
      `${words} (bucket edges at 250 and 500 ms); ${WINDOW}`,
    );
  });
});

describe('words for counts', () => {
  test('that are none', () => {
    const none = { good: 0, bad: 0 };
    expect(said({ figures: { canary: none, stable: none } })).toContain(
      'no harm seen: canary burns an unknown multiple of its error budget (no events), stable has no events',
    );
  });

  test.each([
    [9999, '9999'],
    [10_000, '10,000'],
    [123_456, '123,456'],
    [12_345_678, '12,345,678'],
  ])('%d reads %s', (events, text) => {
    expect(said({ figures: { canary: { good: events, bad: 0 } } })).toContain(`(0% bad of ${text}), stable`);
  });

  test.each([
    [10, '10.0x'],
    [9.999, '10x'],
    [99.94, '99.9x'],
    [99.95, '100x'],
  ])('a burn of %d reads %s', (burn, text) => {
    expect(rate(burn)).toBe(text);
  });
});

describe('a canary that is worse', () => {
  test.each([
    [0.9, 'inside the budget'],
    [1, 'inside the budget'],
    [1.1, 'not proven to burn too fast'],
  ])('and burns %d is %s', (canary, words) => {
    const burn = { canary, stable: 0.1, ratio: 9 };
    expect(said({ code: 'worse-within-budget', figures: { burn } })).toContain(
      `WARNING, worse than stable but ${words}: canary`,
    );
  });
});

describe('a gate that holds back', () => {
  const { harm } = decide(ask(), observe(buckets(rows(30, BROKEN))));

  test('says whether harm is proven or suspected', () => {
    expect(said({ code: 'harm-suspected', harm })).toContain(`checkout: held back by harm: ${BURNS}`);
    expect(said({ code: 'harm-suspected', groups: [group('GET /a', 5, 10)] })).toContain(
      `checkout: harm is suspected but not proven, in GET /a burns 100x (50% bad of 10): ${BURNS}`,
    );
  });

  const gate = (given: readonly Row[]) => {
    const subject = { ...subjectOf(given), question: ask({ mode: 'gate' }) };
    return said({ code: 'unproven' }, subject);
  };

  test('says how many clean events are missing, and how long they take at this rate', () => {
    expect(gate(rows(2, HEALTHY))).toContain(
      'not proven safe yet, about 214 more clean events, about 3 min at the current rate: canary',
    );
    // 10 a minute: 414 clean events take an hour less what is there.
    expect(gate(rows(10, { canary: [0, 10], stable: [0, 90] }))).toContain(
      'about 314 more clean events, about 32 min at the current rate: canary',
    );
  });

  test('says that this traffic cannot prove it within the gate’s hour', () => {
    expect(gate(rows(2, { canary: [0, 6], stable: [0, 54] }))).toContain(
      '402 more clean events are needed, about 67 min at the current rate: it cannot be proven at this traffic within the gate; use a lower objective for the gate, more weight, or a longer bake: canary',
    );
  });

  test('promises no time where there is no traffic', () => {
    expect(gate(rows(2, { canary: [0, 0], stable: [0, 54] }))).not.toContain('at the current rate');
  });
});

describe('guilty groups', () => {
  const { harm } = decide(ask(), observe(buckets(rows(30, BROKEN))));
  const inGroups = (...groups: readonly GroupEvidence[]) => said({ code: 'group-harm-proven', harm, groups });
  const all = ['/a', '/b', '/c', '/d', '/e'].map((name) => group(name, 1, 10));

  test('are named, three of them at most', () => {
    expect(inGroups(...all.slice(0, 3))).toContain(
      'at 10:01, in /a burns 20.0x (10% bad of 10), /b burns 20.0x (10% bad of 10), /c burns 20.0x (10% bad of 10); overall',
    );
    expect(inGroups(...all)).toContain('/c burns 20.0x (10% bad of 10) and 2 more; overall');
    expect(inGroups(...all)).not.toContain('/d');
  });

  test('may have no canary events', () => {
    expect(inGroups(group('/a', 0, 0))).toContain('in /a burns an unknown multiple of (no events); overall');
  });
});

describe('a long name', () => {
  const named = (slo: string) => said({}, subjectOf(rows(30, HEALTHY), {}, slo)).split(': ')[0];

  test('is shown up to 60 characters', () => {
    expect(named('x'.repeat(60))).toBe('x'.repeat(60));
    expect(named('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
  });

  test('is cut between characters, never inside one', () => {
    expect(named(`${'x'.repeat(58)}😀😀`)).toBe(`${'x'.repeat(58)}…`);
    expect(named(`😀${'x'.repeat(56)}😀😀`)).toBe(`😀${'x'.repeat(56)}…`);
    expect(named(`😀${'x'.repeat(100)}`)).toBe(`😀${'x'.repeat(57)}…`);
  });

  test('of an obstacle leaves the rest of the sentence readable', () => {
    const text = said({ code: 'partial', obstacle: { code: 'partial', text: 'x'.repeat(1000) } });
    expect(text).toBe(`checkout: ${'x'.repeat(399)}…; ${WINDOW}`);
  });
});
