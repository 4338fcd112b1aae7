import { parseCondition, Unread, type Condition } from './condition-parse.ts';
import { isObject } from './raw.ts';

export const VERDICTS = ['pass', 'fail', 'inconclusive'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** For which verdicts a condition holds; `unread` where that is not to be said, `error` where Argo makes an Error of it. */
export type Holds = readonly Verdict[] | 'unread' | 'error';

/**
 * For which verdicts of Burngate a condition holds, with the value that the path picks from each answer. Codes and
 * reasons are made up, so that a condition on one of them is not taken for one on the verdict.
 */
export function holdsFor(source: string, pick: (answer: unknown) => unknown): Holds {
  try {
    const condition = parseCondition(source);
    const outcomes = VERDICTS.map((verdict) => valueOf(condition, pick(answerWith(verdict))));
    if (outcomes.some((outcome) => typeof outcome !== 'boolean')) return 'error';
    return VERDICTS.filter((_, index) => outcomes[index] === true);
  } catch (error) {
    if (error instanceof Unread) return 'unread';
    if (error instanceof Mistyped) return 'error';
    throw error;
  }
}

/** What Argo's expression library refuses at run time. */
class Mistyped extends Error {}

function answerWith(verdict: Verdict): unknown {
  return {
    verdict,
    code: 'made-up',
    reason: 'made up',
    summary: [1, verdict, 'made up'],
    burn: { canary: 1, stable: 1, ratio: 1 },
  };
}

function valueOf(condition: Condition, result: unknown): unknown {
  switch (condition.kind) {
    case 'literal':
      return condition.value;
    case 'result':
      return result;
    case 'member':
      return memberOf(valueOf(condition.of, result), condition.key);
    case 'not':
      return !bool(valueOf(condition.of, result));
    case 'list':
      return condition.items.map((item) => valueOf(item, result));
    case 'length':
      return lengthOf(valueOf(condition.of, result));
    case 'binary':
      return binary(condition, result);
  }
}

/** A missing key of an object is nil; a part of anything else is an error. */
function memberOf(value: unknown, key: string | number): unknown {
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key) ? value[key] : null;
  if (Array.isArray(value) && typeof key === 'number' && key < value.length) return value[key];
  throw new Mistyped();
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  throw new Mistyped();
}

function bool(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Mistyped();
}

function binary(condition: Extract<Condition, { kind: 'binary' }>, result: unknown): unknown {
  const left = valueOf(condition.left, result);
  const right = (): unknown => valueOf(condition.right, result);
  switch (condition.operator) {
    case '||':
    case 'or':
      return bool(left) || bool(right());
    case '&&':
    case 'and':
      return bool(left) && bool(right());
    case '==':
      return left === right();
    case '!=':
      return left !== right();
    case 'in':
      return isIn(left, right());
    default:
      return compare(condition.operator, left, right());
  }
}

function isIn(item: unknown, list: unknown): boolean {
  if (Array.isArray(list)) return list.includes(item);
  if (isObject(list) && typeof item === 'string') return Object.hasOwn(list, item);
  throw new Mistyped();
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  const sameType = typeof left === typeof right && (typeof left === 'number' || typeof left === 'string');
  if (!sameType) throw new Mistyped();
  const [a, b] = [left as number, right as number];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}
