import { z } from 'zod';
import type { TimeWindow } from '../core/slo.ts';
import { DAY, formatDuration } from '../core/units.ts';
import type { Reporter } from './reporter.ts';
import { isAbsent } from './raw-value.ts';
import { anyText, check, mapping, optional } from './schema.ts';
import { isWallClock, parseShorthand } from './timestamp.ts';

const calendarSchema = mapping({
  startTime: z
    .string('a date and time such as 2026-01-01 00:00:00')
    .refine(isWallClock, 'a real date and time such as 2026-01-01 00:00:00'),
  timeZone: anyText.refine(
    isTimeZone,
    'a name of the IANA time zone database such as Europe/Berlin or Etc/UTC',
  ),
});
const itemSchema = mapping({
  duration: anyText,
  isRolling: optional(z.boolean('true or false')),
  calendar: optional(calendarSchema),
});

/** Four weeks: every window holds the same weekdays. Google's SRE workbook reports over it. */
const USUAL: TimeWindow = { kind: 'rolling', duration: 28 * DAY };

/** Judges `spec.timeWindow`: a list of exactly one; OpenSLO lets it be left out. */
export function parseTimeWindow(raw: unknown, report: Reporter): TimeWindow | null {
  if (isAbsent(raw)) {
    report.warn([], 'is not given: the error budget is counted over rolling 28 days');
    return USUAL;
  }
  const list = check(
    z.array(z.unknown(), 'a list of one time window').length(1, 'exactly one time window'),
    raw,
    report,
  );
  return list === null ? null : parseItem(list[0], report.at(0));
}

function parseItem(raw: unknown, report: Reporter): TimeWindow | null {
  const item = check(itemSchema, raw, report);
  if (item === null) return null;
  const span = parseShorthand(item.duration);
  if (!span.ok) report.at('duration').issues(span.issues);
  const shape = windowShape(item, report);
  if (!span.ok || shape === null) return null;
  const { duration, nominal, count, unit } = span.value;
  if (shape.kind === 'calendar') return { ...shape, duration, count, unit };
  if (nominal)
    report.warn(
      ['duration'],
      `counts as ${formatDuration(duration)}: months, quarters and years are 30, 90 and 365 days here`,
    );
  return { ...shape, duration };
}

type Shape =
  | { readonly kind: 'rolling' }
  | { readonly kind: 'calendar'; readonly start: string; readonly timeZone: string };

function windowShape(item: z.output<typeof itemSchema>, report: Reporter): Shape | null {
  const calendar = item.calendar ?? null;
  if (calendar !== null && item.isRolling === true) {
    report.problem(['calendar'], 'a calendar beside isRolling: true', 'one of the two', 'key');
    return null;
  }
  if (calendar !== null) return { kind: 'calendar', start: calendar.startTime, timeZone: calendar.timeZone };
  if (item.isRolling === true) return { kind: 'rolling' };
  report.problem(
    [],
    'a time window that is neither',
    'isRolling: true, or a calendar with startTime and timeZone',
  );
  return null;
}

function isTimeZone(name: string): boolean {
  // Intl takes offsets such as +01:00 too, which know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}
