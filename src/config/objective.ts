import { z } from 'zod';
import type { Slices, Slo } from '../core/slo.ts';
import { MINUTE, type DurationMs, type Ratio } from '../core/units.ts';
import { givenText, type Reporter } from './reporter.ts';
import { isAbsent, partsOf } from './raw-value.ts';
import { anyText, check, mapping, optional, elsewhere } from './schema.ts';
import { parseShorthand } from './timestamp.ts';

const SLICE_WINDOW = 'a number of minutes above 0, or a duration such as 5m';
const shape = {
  displayName: optional(anyText),
  op: optional(z.enum(['lte', 'gte', 'lt', 'gt'], 'lte, gte, lt or gt')),
  value: optional(z.number('a number')),
  target: elsewhere,
  targetPercent: elsewhere,
  timeSliceTarget: optional(
    z.number('a ratio above 0 and at most 1').gt(0, 'a ratio above 0').lte(1, 'a ratio of at most 1'),
  ),
  timeSliceWindow: optional(
    z.union([z.number().gt(0), z.string().refine((text) => parseShorthand(text).ok)], SLICE_WINDOW),
  ),
};
const schema = mapping(shape);
const SLICE_FIELDS: Readonly<Record<Slo['budgetingMethod'], readonly string[]>> = {
  Occurrences: [],
  Timeslices: ['timeSliceTarget', 'timeSliceWindow'],
  RatioTimeslices: ['timeSliceWindow'],
};
const COMPOSITE = ['indicator', 'indicatorRef', 'compositeWeight'];

/** The only objective of an SLO. */
export interface Objective {
  readonly target: Ratio;
  readonly slices?: Slices;
}

/** Judges `spec.objectives`: a list of exactly one. */
export function parseObjectives(
  raw: unknown,
  method: Slo['budgetingMethod'],
  report: Reporter,
): Objective | null {
  if (!Array.isArray(raw) || raw.length === 0) {
    report.problem([], givenText(raw), 'a list of one objective with a target');
    return null;
  }
  const objectives = raw.map((one: unknown, index) => parseObjective(one, method, report.at(index)));
  if (raw.length > 1) {
    report.problem(
      [1],
      `a list of ${String(raw.length)} objectives`,
      'one objective: write one SLO per objective, so that each has its own name and verdict',
    );
    return null;
  }
  return objectives[0] ?? null;
}

function parseObjective(raw: unknown, method: Slo['budgetingMethod'], report: Reporter): Objective | null {
  const objective = check(schema, withoutComposite(raw, report), report);
  const parts = partsOf(raw);
  // Not even a mapping, or an empty one: said already.
  if (objective === null && Object.keys(parts).length === 0) return null;
  for (const key of SLICE_FIELDS[method].filter((name) => isAbsent(parts[name]))) {
    report.problem([key], 'nothing', `${key}, which budgetingMethod ${method} needs`);
  }
  const target = parseTarget(parts, report);
  if (objective === null || target === null) return null;
  const slices = method === 'Occurrences' ? null : slicesOf(objective, method);
  return { target, ...(slices === null ? {} : { slices }) };
}

/** A bare number is minutes, as in OpenSLO's examples. */
function slicesOf(
  { timeSliceWindow, timeSliceTarget }: z.output<typeof schema>,
  method: Slo['budgetingMethod'],
): Slices | null {
  const span =
    typeof timeSliceWindow === 'number'
      ? timeSliceWindow * MINUTE
      : typeof timeSliceWindow === 'string'
        ? shorthandMs(timeSliceWindow)
        : null;
  if (span === null) return null;
  return {
    window: span,
    ...(method === 'Timeslices' && typeof timeSliceTarget === 'number' ? { target: timeSliceTarget } : {}),
  };
}

function shorthandMs(text: string): DurationMs | null {
  const span = parseShorthand(text);
  return span.ok ? span.value.duration : null;
}

/** Reports the fields of composite SLOs, and leaves the rest to be judged. */
function withoutComposite(raw: unknown, report: Reporter): unknown {
  const composite = COMPOSITE.filter((key) => key in partsOf(raw));
  for (const key of composite) {
    report.problem(
      [key],
      `${key} in an objective (a composite SLO)`,
      'indicator or indicatorRef in spec: write one SLO per indicator',
      'key',
    );
  }
  return composite.length === 0
    ? raw
    : Object.fromEntries(Object.entries(partsOf(raw)).filter(([key]) => !COMPOSITE.includes(key)));
}

function parseTarget(
  { target, targetPercent }: Readonly<Record<string, unknown>>,
  report: Reporter,
): Ratio | null {
  if (isAbsent(target) && isAbsent(targetPercent)) {
    report.problem([], 'no target', 'target (a ratio such as 0.999) or targetPercent (such as 99.9)');
    return null;
  }
  if (!isAbsent(target) && !isAbsent(targetPercent)) {
    report.problem(['targetPercent'], 'targetPercent beside target', 'one of the two', 'key');
    return null;
  }
  return isAbsent(target)
    ? fromPercent(targetPercent, report.at('targetPercent'))
    : fromRatio(target, report.at('target'));
}

const NO_BUDGET = 'it leaves no error budget, so nothing may ever fail';

function fromRatio(target: unknown, report: Reporter): Ratio | null {
  if (typeof target === 'number' && target >= 0 && target < 1) return target;
  const asPercent =
    typeof target === 'number' && target > 1 && target < 100
      ? ` (${String(target)}% is ${String(percentToRatio(target))})`
      : '';
  const reason = target === 1 ? `: ${NO_BUDGET}, for example 0.999` : asPercent;
  report.problem([], quoted(target), `a ratio from 0 to below 1${reason}`);
  return null;
}

function fromPercent(percent: unknown, report: Reporter): Ratio | null {
  const ratio = typeof percent === 'number' ? percentToRatio(percent) : Number.NaN;
  // A percentage of so many nines that its ratio rounds to 1 has no budget either.
  if (ratio >= 0 && ratio < 1) return ratio;
  const reason = ratio === 1 ? `: ${NO_BUDGET}, for example 99.9` : '';
  report.problem([], quoted(percent), `a percentage from 0 to below 100${reason}`);
  return null;
}

/** Through the decimal text: 99.9 / 100 is 0.9990000000000001. */
function percentToRatio(percent: number): Ratio {
  const [digits, exponent = '0'] = String(percent).split('e');
  return Number(`${digits ?? ''}e${String(Number(exponent) - 2)}`);
}

function quoted(value: unknown): string {
  // JSON knows no NaN and no infinity.
  return typeof value === 'number' ? String(value) : givenText(value);
}
