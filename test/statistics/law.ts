import type { JudgementCode, Verdict } from '../../src/core/codes.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { PolicyOverrides } from '../../src/core/policy.ts';
import { decide, type Judgement, type Question } from '../../src/core/verdict.ts';
import { ask, buckets, observe, type Row } from './scenes.ts';

/** What is asked besides the counts. */
export interface Terms {
  readonly question?: Partial<Omit<Question, 'policy'>>;
  readonly policy?: PolicyOverrides;
  readonly over?: Partial<Observation>;
}

/** One row of the law with the situations that it decides. */
export interface LawRow {
  readonly row: string;
  readonly cases: [
    situation: string,
    verdict: Verdict,
    code: JudgementCode,
    given: readonly Row[],
    terms?: Terms,
  ][];
}

export function judge(given: readonly Row[], { question, policy, over }: Terms = {}): Judgement {
  return decide(ask(question, policy), observe(buckets(given), over));
}

export const BURNING: Row = { canary: [20, 100], stable: [1, 900] };
export const WORSE: Row = { canary: [3, 1000], stable: [3, 9000] };
export const INCIDENT: Row = { canary: [20, 100], stable: [180, 900] };
export const STABLE_ONLY: Row = { canary: null, stable: [1, 900] };
export const CANARY_ONLY: Row = { canary: [0, 100], stable: null };
export const CANARY_BURNING_ALONE: Row = { canary: [40, 100], stable: null };
export const FLAWED: Row = { flaw: 'canary: 5 bad of 3 total' };
/** One endpoint broken that has a fiftieth of the traffic; at a budget rate of 10 the whole stays inside it. */
export const BROKEN_GROUP: Row = {
  groups: {
    'GET /a': [
      [0, 960],
      [1, 8800],
    ],
    'GET /b': [
      [20, 40],
      [0, 200],
    ],
  },
};
export const TWO_HEALTHY_GROUPS: Row = {
  groups: {
    'GET /a': [
      [0, 500],
      [1, 4500],
    ],
    'GET /b': [
      [0, 500],
      [1, 4500],
    ],
  },
};

export const gate = { mode: 'gate' } as const;
export const grouped = { grouped: true } as const;
export const lenient = { maxBurnRate: 10 } as const;
export const absolute = { onMissingStable: 'absolute', maxBurnRate: 14.4 } as const;
