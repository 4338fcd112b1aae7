import { givenText, type Reporter } from './reporter.ts';
import { isAbsent } from './raw-value.ts';
import { parseYaml } from './yaml-text.ts';

/** One annotation of Burngate: its value as written, and where to report. */
export interface Annotation {
  readonly value: unknown;
  readonly report: Reporter;
}

/**
 * An annotation as text. OpenSLO and Kubernetes know only texts there; numbers and booleans without quotes
 * are plain enough to be taken, with a warning that other tools will not.
 */
export function annotationText({ value, report }: Annotation, allowed: string): string | null {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') {
    warnOfType(report);
    return String(value);
  }
  report.problem([], value === '' ? 'an empty text' : givenText(value), allowed);
  return null;
}

/** An annotation that holds a mapping or a list, written as YAML or JSON text. */
export function annotationYaml({ value, report }: Annotation, allowed: string): unknown {
  if (typeof value === 'object' && value !== null) {
    warnOfType(report);
    return value;
  }
  const text = typeof value === 'string' ? parseYaml(value) : null;
  const [first, ...others] = text?.documents ?? [];
  if (text !== null && text.flaws.length === 0 && first !== undefined && others.length === 0)
    return first.value;
  const flaw = text?.flaws[0]?.given;
  report.problem([], flaw ?? (isAbsent(value) || value === '' ? 'nothing' : givenText(value)), allowed);
  return null;
}

function warnOfType(report: Reporter): void {
  report.warn(
    [],
    'is not a text, as OpenSLO asks of annotations: quote it, or other tools will refuse the file',
  );
}
