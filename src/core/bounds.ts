import type { Observation } from './observation.ts';
import { decide, type Judgement, type Question } from './verdict.ts';

/**
 * The verdict on counts of which only bounds are known. More bad events of the canary never improve a verdict and
 * fewer of stable never turn one from fail (verdict.laws.test.ts), so what the kindest and the harshest reading
 * agree on holds for everything between them; where they differ nothing is decided.
 *
 * @param harshest absent where all counts are exact
 */
export function decideBounded(
  question: Question,
  kindest: Observation,
  harshest: Observation | undefined,
): Judgement {
  const kind = decide(question, kindest);
  if (harshest === undefined) return kind;
  return boundedJudgement(kind, decide(question, harshest));
}

/** The same of two judgements that were made already. */
export function boundedJudgement(kind: Judgement, harsh: Judgement): Judgement {
  // Each end is argued with the figures that are worst for it: a pass with the most bad events, a fail with the fewest.
  if (kind.verdict === harsh.verdict) return kind.verdict === 'pass' ? harsh : kind;
  const readings = { kindest: kind.verdict, harshest: harsh.verdict };
  return {
    ...harsh,
    verdict: 'inconclusive',
    code: 'counts-bounded',
    obstacle: null,
    harm: kind.harm,
    readings,
  };
}
