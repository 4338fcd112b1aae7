import { invalid, shown, valid, type Issue, type Parsed } from '../../src/core/parsed.ts';

/** Values of the label that a metric is split by, for one role. Plain data. */
export interface LabelValues {
  readonly only?: readonly string[];
  readonly not?: readonly string[];
}

export const LABEL_VALUE_ALLOWED = 'a value of the label, a class such as 5xx, or a range such as 500-599';

const CLASS = /^([1-9])xx$/i;
const RANGE = /^(\d{1,9})-(\d{1,9})$/;

/** A value, or what is wrong with it. Everything that is neither class nor range is compared as it stands. */
export function parseLabelValue(raw: unknown, path: string): Parsed<string> {
  const issue = (): Issue => ({ path, given: shown(raw), allowed: LABEL_VALUE_ALLOWED });
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return valid(String(raw));
  if (typeof raw !== 'string' || raw === '' || raw.length > 200) return invalid(issue());
  const [, from, to] = RANGE.exec(raw) ?? [];
  return from !== undefined && Number(from) > Number(to) ? invalid(issue()) : valid(raw);
}

/** Whether a series with this value of the label counts for the role. */
export function isCounted(value: string, { only, not }: LabelValues): boolean {
  if (not?.some((each) => fits(value, each)) === true) return false;
  return only === undefined || only.some((each) => fits(value, each));
}

function fits(value: string, wanted: string): boolean {
  if (value === wanted) return true;
  const [, digit] = CLASS.exec(wanted) ?? [];
  if (digit !== undefined) return /^\d{3}$/.test(value) && value.startsWith(digit);
  const [, from, to] = RANGE.exec(wanted) ?? [];
  if (from === undefined || !/^\d{1,15}$/.test(value)) return false;
  return Number(value) >= Number(from) && Number(value) <= Number(to);
}
