import { cleanEventsNeeded, unsafeFraction } from './stats/safety.ts';
import type { Judgement, Question } from './verdict.ts';

/**
 * Clean canary events after which a gate could pass by the safety route, if all of them are good. Null where
 * events are not what is missing: the newest minutes hold the gate back.
 */
export function missingCleanEvents({ safety, figures }: Judgement, question: Question): number | null {
  const { beta, safeBurnRate } = question.policy;
  if (safety === null || safety.log >= -Math.log(beta)) return null;
  const limit = unsafeFraction(safeBurnRate, 1 - question.target);
  return cleanEventsNeeded(figures.canary.bad, figures.canary.good, limit, beta);
}
