import { parser } from '@prometheus-io/lezer-promql';

/** The grammar is the one of Prometheus' own editor: it was not written by whoever builds our queries. */
type Tree = ReturnType<typeof parser.parse>['topNode'];

export interface ParsedMatcher {
  readonly label: string;
  readonly op: string;
  readonly value: string;
}

export interface ParsedSelector {
  readonly metric: string;
  readonly matchers: readonly ParsedMatcher[];
}

export type Expression =
  | { readonly kind: 'selector'; readonly selector: ParsedSelector }
  | { readonly kind: 'range'; readonly selector: ParsedSelector; readonly rangeMs: number }
  | { readonly kind: 'call'; readonly name: string; readonly argument: Expression }
  | {
      readonly kind: 'aggregate';
      readonly op: string;
      readonly by: readonly string[];
      readonly argument: Expression;
    }
  | { readonly kind: 'or'; readonly left: Expression; readonly right: Expression };

/** Reads what the emulator understands of PromQL; throws on everything else, and on syntax errors. */
export function parsePromql(text: string): Expression {
  const tree = parser.parse(text);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`parse error at ${String(node.from)} of ${text}`);
    },
  });
  const [top] = childrenOf(tree.topNode);
  if (top === undefined) throw new Error('no expression');
  return expressionOf(top, text);
}

function expressionOf(node: Tree, text: string): Expression {
  const children = childrenOf(node);
  switch (node.name) {
    case 'VectorSelector':
      return { kind: 'selector', selector: selectorOf(node, text) };
    case 'MatrixSelector':
      return {
        kind: 'range',
        selector: selectorOf(need(children, 'VectorSelector'), text),
        rangeMs: durationOf(textOf(need(children, 'DurationExpr'), text)),
      };
    case 'FunctionCall':
      return {
        kind: 'call',
        name: textOf(need(children, 'FunctionIdentifier'), text),
        argument: argumentOf(children, text),
      };
    case 'AggregateExpr': {
      const modifier = children.find(({ name }) => name === 'AggregateModifier');
      return {
        kind: 'aggregate',
        op: textOf(need(children, 'AggregateOp'), text),
        by: modifier === undefined ? [] : labelsOf(modifier, text),
        argument: argumentOf(children, text),
      };
    }
    case 'BinaryExpr': {
      const [left, operator, right] = children;
      if (left === undefined || right === undefined || operator?.name !== 'Or') break;
      return { kind: 'or', left: expressionOf(left, text), right: expressionOf(right, text) };
    }
  }
  throw new Error(`the emulator does not know ${node.name}`);
}

function argumentOf(children: readonly Tree[], text: string): Expression {
  const [argument] = childrenOf(need(children, 'FunctionCallBody'));
  if (argument === undefined) throw new Error('a call without an argument');
  return expressionOf(argument, text);
}

function selectorOf(node: Tree, text: string): ParsedSelector {
  const children = childrenOf(node);
  let metric = children.filter(({ name }) => name === 'Identifier').map((each) => textOf(each, text))[0];
  const matchers: ParsedMatcher[] = [];
  for (const each of children
    .filter(({ name }) => name === 'LabelMatchers')
    .flatMap((list) => childrenOf(list))) {
    const parts = childrenOf(each);
    if (each.name === 'QuotedLabelName') {
      metric = unquote(textOf(each, text));
      continue;
    }
    const [label, op, value] = parts;
    if (label === undefined || op === undefined || value === undefined) throw new Error('an odd matcher');
    const matcher = { label: nameOf(label, text), op: textOf(op, text), value: unquote(textOf(value, text)) };
    if (matcher.label === '__name__' && matcher.op === '=' && metric === undefined) metric = matcher.value;
    else matchers.push(matcher);
  }
  if (metric === undefined) throw new Error('a selector without a metric');
  return { metric, matchers };
}

function labelsOf(modifier: Tree, text: string): string[] {
  return childrenOf(need(childrenOf(modifier), 'GroupingLabels')).map((each) => nameOf(each, text));
}

function nameOf(node: Tree, text: string): string {
  const name = textOf(node, text);
  return name.startsWith('"') ? unquote(name) : name;
}

/** Go's double-quoted strings, as far as they are sent. */
function unquote(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(["\\]))/g, (...found: unknown[]) => {
      const [, short, long, plain] = found as (string | undefined)[];
      return plain ?? String.fromCodePoint(parseInt(short ?? long ?? '', 16));
    });
}

function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`the emulator does not know the duration ${text}`);
  return Number(amount) * (unit === 's' ? 1000 : 1);
}

function textOf({ from, to }: Tree, text: string): string {
  return text.slice(from, to);
}

function need(children: readonly Tree[], name: string): Tree {
  const found = children.find((child) => child.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function childrenOf(node: Tree): Tree[] {
  const children: Tree[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}
