import { goTypeName, type GoValue } from '../go/value.ts';
import { typeOf } from './check.ts';
import type { ArgoVersion } from './dialect.ts';
import { evaluate } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import { parseExpression } from './parse.ts';

/** Whether a condition holds, or Argo's text for why it cannot be said. */
export type ConditionOutcome = { readonly holds: boolean } | { readonly error: string };

/**
 * Evaluates one successCondition or failureCondition against the value of a measurement.
 *
 * @param nowMs what `now()` answers, epoch milliseconds
 * @throws UnmodelledError for a construct of expr that the double does not imitate
 */
export function evaluateCondition(
  condition: string,
  result: GoValue,
  version: ArgoVersion,
  nowMs: number,
): ConditionOutcome {
  try {
    const parsed = parseExpression(condition);
    typeOf(parsed, { result: result.type, version });
    const value = evaluate(parsed, { result, nowMs });
    if (value.type === 'bool') return { holds: value.value };
    return { error: `expected bool, but got ${goTypeName(value)}` };
  } catch (error) {
    if (error instanceof ExpressionError) return { error: error.message };
    throw error;
  }
}
