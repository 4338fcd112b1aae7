import { invalid, shown, valid, type Parsed } from '../core/parsed.ts';

/** An objective as a ratio in [0, 1). */
export function parseTarget(text: unknown): Parsed<number> {
  const given =
    typeof text === 'number'
      ? text
      : typeof text === 'string' && /^\d*\.?\d+$/.test(text)
        ? Number(text)
        : Number.NaN;
  if (given >= 0 && given < 1) return valid(given);
  const remedy =
    given === 1
      ? ' (a target of 1 leaves no error budget to judge by; use e.g. 0.9999)'
      : given > 1
        ? ' (99.5% is 0.995)'
        : '';
  return invalid({ path: 'target', given: shown(text), allowed: `a ratio from 0 to below 1${remedy}` });
}
