import type { DurationMs } from '../../src/core/units.ts';
import { parseDuration } from '../../src/core/units.ts';
import type { LatencyUnit } from '../../src/recording/log-rules.ts';
import { compileStatuses, parseStatus } from '../../src/recording/status-ranges.ts';
import { valueAt } from './entry.ts';
import { allOf, anyOf, compare, compareNumber, type Expression, type Field } from './filter/syntax.ts';
import type { Rule } from './query.ts';
import { severityRank } from './severity.ts';

/** Whether an entry meets a rule; 'unclear' where it lacks the field that would tell. */
export type Meets = boolean | 'unclear';

const PER_MS: Readonly<Record<Exclude<LatencyUnit, 'duration'>, number>> = {
  s: 0.001,
  ms: 1,
  us: 1000,
  ns: 1e6,
};

/** The test of a rule, compiled once a fetch. */
export function compileRule(rule: Rule): (entry: unknown) => Meets {
  const tests = [statusTest(rule), severityTest(rule), latencyTest(rule)].filter((test) => test !== null);
  if (tests.length === 0) return () => true;
  const decides = rule.needs === 'any';
  return (entry) => {
    let met: Meets = !decides;
    for (const test of tests) {
      const one = test(entry);
      if (one === decides) return decides;
      if (one === 'unclear') met = 'unclear';
    }
    return met;
  };
}

/**
 * The rule as a filter, so that the service leaves out what cannot count. It may let through more than the rule
 * does (a latency written as text cannot be compared there), never less. Null: no condition.
 */
export function ruleFilter(rule: Rule): Expression | null {
  const parts: Expression[] = [];
  if (rule.status !== undefined) {
    const { field, ranges } = rule.status;
    const spans = ranges.map(([from, to]) =>
      from === to
        ? compareNumber(field, '=', from)
        : allOf([compareNumber(field, '>=', from), compareNumber(field, '<=', to)]),
    );
    parts.push(anyOf(spans));
  }
  if (rule.severity !== undefined)
    parts.push(compare(['severity'], rule.severity.atLeast ? '>=' : '<', rule.severity.level));
  if (rule.latency !== undefined) parts.push(latencyFilter(rule.latency));
  if (parts.length === 0) return null;
  return rule.needs === 'any' ? anyOf(parts) : allOf(parts);
}

/** A threshold in the unit of the field: 500 ms in a field of seconds is 0.5. */
function inUnit(limit: DurationMs, unit: Exclude<LatencyUnit, 'duration'>): number {
  return Number((limit * PER_MS[unit]).toPrecision(12));
}

type Test = (entry: unknown) => Meets;

function statusTest({ status }: Rule): Test | null {
  if (status === undefined) return null;
  const holds = compileStatuses(status.ranges);
  return (entry) => {
    const value = parseStatus(String(valueAt(entry, status.field) ?? ''));
    return value === null ? 'unclear' : holds(value);
  };
}

function severityTest({ severity }: Rule): Test | null {
  if (severity === undefined) return null;
  const limit = severityRank(severity.level);
  return (entry) => severityRank(String(valueAt(entry, ['severity']) ?? '')) >= limit === severity.atLeast;
}

function latencyTest({ latency }: Rule): Test | null {
  if (latency === undefined) return null;
  return (entry) => {
    const measured = latencyOf(valueAt(entry, latency.field), latency);
    return measured === null ? 'unclear' : measured > latency.limit === latency.over;
  };
}

type Latency = NonNullable<Rule['latency']>;

function latencyOf(value: unknown, { field, unit }: Latency): DurationMs | null {
  // The entry's own latency comes in seconds, whatever unit was named.
  if (isHttpLatency(field)) return typeof value === 'number' ? value * 1000 : null;
  if (unit === 'duration') {
    const parsed = parseDuration(typeof value === 'string' ? value : '');
    return parsed.ok ? parsed.value : null;
  }
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number / PER_MS[unit] : null;
}

function latencyFilter({ field, unit, limit, over }: Latency): Expression {
  const operator = over ? '>' : '<=';
  // Compared as a duration: "A signed decimal number followed by a unit" (Logging query language, "Values and conversions").
  if (isHttpLatency(field)) return compare(field, operator, `${String(limit / 1000)}s`);
  if (unit === 'duration') return { kind: 'has', field };
  return compareNumber(field, operator, inUnit(limit, unit));
}

function isHttpLatency(field: Field): boolean {
  return field.length === 2 && field[0] === 'httpRequest' && field[1] === 'latency';
}
