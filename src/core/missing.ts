import { safeLogEvidence, unsafeFraction } from './stats/safety.ts';
import type { Judgement, Question } from './verdict.ts';

/** Beyond this the answer is "not within any release"; it also bounds the search. */
const FAR = 2 ** 40;

/**
 * Clean canary events after which a gate could pass by the safety route, if all of them are good. Null where
 * events are not what is missing: the newest minutes hold the gate back.
 */
export function missingCleanEvents(judgement: Judgement, question: Question): number | null {
  const { safety, figures } = judgement;
  const needed = -Math.log(question.policy.beta);
  if (safety === null || safety.log >= needed) return null;
  const limit = unsafeFraction(question.policy.safeBurnRate, 1 - question.target);
  // The routes are averaged, so one alone has to reach twice as much.
  const proven = (clean: number): boolean =>
    safeLogEvidence(figures.canary.bad, figures.canary.good + clean, limit) >= needed + Math.LN2;
  let high = 1;
  while (!proven(high) && high < FAR) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (proven(middle)) high = middle;
    else low = middle;
  }
  return high;
}
