import { UnmodelledError } from '../unmodelled-error.ts';
import { checkBinary } from './check-binary.ts';
import type { ArgoVersion } from './dialect.ts';
import { ExpressionError } from './expression-error.ts';
import { FUNCTIONS, type ConditionFunction } from './functions.ts';
import type { Expression } from './syntax.ts';
import { describeType, isBool, isInteger, isNumber, type StaticType } from './types.ts';

/** What the checker knows of the names of a condition. */
export interface CheckScope {
  readonly result: StaticType;
  readonly version: ArgoVersion;
}

/**
 * expr's compile step: the static type of a condition, given the type of `result`. Many a mistake
 * surfaces here and not while evaluating, and then even a short-circuited branch is an error.
 *
 * @throws ExpressionError with expr's message
 */
export function typeOf(node: Expression, scope: CheckScope): StaticType {
  switch (node.kind) {
    case 'nil':
    case 'bool':
    case 'int':
    case 'string':
      return node.kind;
    case 'float':
      return 'float64';
    case 'array':
      for (const item of node.items) typeOf(item, scope);
      return 'slice';
    case 'name':
      return typeOfName(node.name, scope);
    case 'pointer':
      return 'any';
    case 'unary':
      return typeOfUnary(node.operator, typeOf(node.operand, scope));
    case 'binary':
      return checkBinary(node, typeOf(node.left, scope), typeOf(node.right, scope), (item) =>
        typeOf(item, scope),
      );
    case 'member':
      return typeOfMember(node, scope);
    case 'chain':
      return typeOf(node.body, scope);
    case 'call':
      return typeOfCall(node, scope);
    case 'predicate':
      return typeOfPredicate(node, scope);
    case 'conditional':
      return typeOfConditional(node, scope);
  }
}

function typeOfName(name: string, scope: CheckScope): StaticType {
  if (name === 'result') return scope.result;
  if (FUNCTIONS.has(name)) throw new UnmodelledError(`the function ${name} without a call`, ['calls']);
  throw new ExpressionError(`unknown name ${name}`);
}

function typeOfUnary(operator: string, operand: StaticType): StaticType {
  const negates = operator === '!' || operator === 'not';
  if (negates && (isBool(operand) || operand === 'any')) return 'bool';
  if (!negates && (isNumber(operand) || operand === 'any')) return operand;
  throw new ExpressionError(`invalid operation: ${operator} (mismatched type ${describeType(operand)})`);
}

type Member = Extract<Expression, { kind: 'member' }>;

function typeOfMember(node: Member, scope: CheckScope): StaticType {
  const object = typeOf(node.object, scope);
  const property = typeOf(node.property, scope);
  if (object === 'any') return 'any';
  if (object === 'map') {
    if (property === 'string' || property === 'any' || property === 'nil') return 'any';
    const shown = `${describeType(property)} to get an element from ${describeType(object)}`;
    throw new ExpressionError(`cannot use ${shown}`);
  }
  if (object === 'slice') {
    if (isInteger(property) || property === 'any') return 'any';
    const shown = describeType(property);
    throw new ExpressionError(`array elements can only be selected using an integer (got ${shown})`);
  }
  throw undefinedMember(node, object, property, scope.version);
}

function undefinedMember(
  node: Member,
  object: StaticType,
  property: StaticType,
  version: ArgoVersion,
): ExpressionError {
  const named = node.property.kind === 'string' && (object === 'nil' || version !== 'v1.9.1');
  if (named && node.property.kind === 'string') {
    return new ExpressionError(`type ${describeType(object)} has no field ${node.property.value}`);
  }
  return new ExpressionError(`type ${describeType(object)}[${describeType(property)}] is undefined`);
}

function typeOfCall(node: Extract<Expression, { kind: 'call' }>, scope: CheckScope): StaticType {
  const target = FUNCTIONS.get(node.name);
  if (target === undefined) throw unknownFunction(node.name);
  const given = node.args.map((argument) => typeOf(argument, scope));
  if (target.builtinTypes === undefined) checkArguments(node.name, target.accepts, given);
  else checkBuiltin(node.name, target.builtinTypes, given);
  return target.returns;
}

function checkArguments(
  name: string,
  accepts: ConditionFunction['accepts'],
  given: readonly StaticType[],
): void {
  if (given.length > accepts.length) throw new ExpressionError(`too many arguments to call ${name}`);
  if (given.length < accepts.length) throw new ExpressionError(`not enough arguments to call ${name}`);
  for (const [index, type] of given.entries()) {
    const accepted = accepts[index] ?? 'any';
    const fits = accepted === 'any' || type === accepted || type === 'any' || type === 'nil';
    if (fits || (accepted === 'float64' && isInteger(type))) continue;
    const shown = `${describeType(type)} as argument (type ${describeType(accepted)})`;
    throw new ExpressionError(`cannot use ${shown} to call ${name} `);
  }
}

function checkBuiltin(name: string, accepts: readonly StaticType[], given: readonly StaticType[]): void {
  const [type] = given;
  if (type === undefined || given.length !== 1) {
    throw new ExpressionError(`invalid number of arguments (expected 1, got ${String(given.length)})`);
  }
  if (accepts.includes(type)) return;
  throw new ExpressionError(
    `invalid argument for ${name} (type ${type === 'nil' ? '%!s(<nil>)' : describeType(type)})`,
  );
}

// Functions that expr has: to call them unknown would be a lie about Argo.
const OTHER_BUILTINS = new Set(
  (
    'map find findIndex findLast findLastIndex groupBy reduce type abs ceil floor round string trim ' +
    'trimPrefix trimSuffix upper lower split splitAfter replace repeat join indexOf lastIndexOf hasPrefix ' +
    'hasSuffix max min sum mean median toJSON fromJSON toBase64 fromBase64 duration first last get take ' +
    'keys values toPairs fromPairs sort sortBy'
  ).split(' '),
);

function unknownFunction(name: string): Error {
  if (OTHER_BUILTINS.has(name)) throw new UnmodelledError(`the function ${name}()`, [...FUNCTIONS.keys()]);
  return new ExpressionError(`unknown name ${name}`);
}

function typeOfPredicate(node: Extract<Expression, { kind: 'predicate' }>, scope: CheckScope): StaticType {
  const collection = typeOf(node.collection, scope);
  if (collection !== 'slice' && collection !== 'any') {
    throw new ExpressionError(`builtin ${node.name} takes only array (got ${describeType(collection)})`);
  }
  const closure = typeOf(node.closure, scope);
  if (closure === 'nil') throw new ExpressionError('closure cannot be nil');
  if (closure !== 'bool' && closure !== 'any') {
    throw new ExpressionError(`predicate should return boolean (got ${describeType(closure)})`);
  }
  if (node.name === 'filter') return 'slice';
  return node.name === 'count' ? 'int' : 'bool';
}

function typeOfConditional(
  node: Extract<Expression, { kind: 'conditional' }>,
  scope: CheckScope,
): StaticType {
  const test = typeOf(node.test, scope);
  if (test !== 'bool' && test !== 'any') {
    throw new ExpressionError(`non-bool expression (type ${describeType(test)}) used as condition`);
  }
  const then = typeOf(node.whenTrue, scope);
  const otherwise = typeOf(node.otherwise, scope);
  if (then === 'nil') return otherwise;
  // Go asks whether the first type can be assigned to the second, and anything fits into `any`.
  return otherwise === 'nil' || otherwise === 'any' || then === otherwise ? then : 'any';
}
