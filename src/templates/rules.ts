import type { Rule } from './rule.ts';
import { ARGO_RULES } from './rules-argo.ts';
import { BURNGATE_RULES } from './rules-burngate.ts';
import { ROLLOUT_RULES } from './rules-rollout.ts';

/** Every rule of `burngate validate` for manifests, by its id. */
export const RULES = { ...ARGO_RULES, ...BURNGATE_RULES, ...ROLLOUT_RULES } as const satisfies Record<
  string,
  Rule
>;
export type RuleId = keyof typeof RULES;
