import { parseDuration, type DurationMs, type EpochMs } from '../core/units.ts';
import { combinedField, parseCombined } from './combined-line.ts';
import { parseObject } from './counts-jsonl.ts';
import { UNGROUPED, type CountsRow } from './counts-row.ts';
import { endpointOf } from './endpoint.ts';
import { jsonField } from './json-line.ts';
import type { CohortSource, GroupSource, LatencyUnit, LogRules } from './log-rules.ts';
import { inShare } from './share.ts';
import { compileStatuses, parseStatus } from './status-ranges.ts';
import { parseClfTime, parseLogTime } from './time.ts';

/** Why a line counts for nothing. */
export type DirtyReason =
  | 'unreadable' // not of the format
  | 'overlong'
  | 'no-time'
  | 'no-status'
  | 'no-latency' // the rule needs one to tell good from bad
  | 'no-cohort'
  | 'unknown-cohort' // neither among the canary's values nor among stable's
  | 'too-many-cohorts'; // the field does not hold cohorts

export type LogOutcome =
  | { readonly kind: 'event'; readonly row: CountsRow }
  | { readonly kind: 'excluded'; readonly time: EpochMs }
  | { readonly kind: 'blank' }
  | { readonly kind: 'dirty'; readonly reason: DirtyReason };

/** Decides on one line, by its text and its 1-based number. */
export type LogClassifier = (text: string, number: number) => LogOutcome;

/** How to get at the parts of one line's form. */
interface Layout<Cut> {
  cut(text: string): Cut | null;
  time(cut: Cut): EpochMs | null;
  status(cut: Cut): number | null;
  field(name: string): (cut: Cut) => string | undefined;
}

/** Makes the classifier for these rules; nothing in it depends on the lines before. */
export function compileLogRules(rules: LogRules): LogClassifier {
  const { layout } = rules;
  switch (layout.kind) {
    case 'combined':
      return classifier(rules, {
        cut: parseCombined,
        time: remembering(parseClfTime),
        status: (line) => parseStatus(line.status),
        field: combinedField,
      });
    case 'json': {
      const time = jsonField(layout.time.field);
      const status = jsonField(layout.status);
      return classifier(rules, {
        cut: parseObject,
        time: (fields) => parseLogTime(time(fields) ?? '', layout.time.unit),
        status: (fields) => parseStatus(status(fields) ?? ''),
        field: jsonField,
      });
    }
  }
}

/** Lines of one second follow each other: the same text need not be parsed again. */
function remembering(
  parse: (text: string) => EpochMs | null,
): (line: { readonly time: string }) => EpochMs | null {
  let text = '';
  let time: EpochMs | null = null;
  return (line) => {
    if (line.time !== text) {
      text = line.time;
      time = parse(text);
    }
    return time;
  };
}

function classifier<Cut>(rules: LogRules, layout: Layout<Cut>): LogClassifier {
  const isExcluded = compileStatuses(rules.exclude);
  const isBad = badness(rules, layout);
  const cohortOf = cohortReader(rules.cohort, layout);
  const groupOf = groupReader(rules.group, layout);
  const scopeOf = scopeReader(rules, layout);
  return (text, number) => {
    if (text.trim() === '') return { kind: 'blank' };
    const cut = layout.cut(text);
    if (cut === null) return dirty('unreadable');
    const time = layout.time(cut);
    if (time === null) return dirty('no-time');
    const status = layout.status(cut);
    if (status === null) return dirty('no-status');
    if (isExcluded(status)) return { kind: 'excluded', time };
    const bad = isBad(status, cut);
    if (bad === null) return dirty('no-latency');
    const cohort = cohortOf(cut, number);
    if (typeof cohort !== 'string') return cohort;
    const counts = { good: bad ? 0 : 1, bad: bad ? 1 : 0 };
    return { kind: 'event', row: { time, cohort, ...counts, ...groupOf(cut), ...scopeOf(cut) } };
  };
}

function dirty(reason: DirtyReason): Extract<LogOutcome, { kind: 'dirty' }> {
  return { kind: 'dirty', reason };
}

/** True, false, or null where only the missing latency could tell. */
function badness<Cut>(rules: LogRules, layout: Layout<Cut>): (status: number, cut: Cut) => boolean | null {
  const byStatus = compileStatuses(rules.bad.status);
  const limit = rules.bad.latencyOver;
  const { latency } = rules;
  if (limit === undefined || latency === undefined) return byStatus;
  const field = layout.field(latency.field);
  return (status, cut) => {
    if (byStatus(status)) return true;
    const measured = parseLatency(field(cut) ?? '', latency.unit);
    return measured === null ? null : measured > limit;
  };
}

/** A latency in milliseconds, or null. */
function parseLatency(text: string, unit: LatencyUnit): DurationMs | null {
  if (unit === 'duration') {
    const parsed = parseDuration(text);
    return parsed.ok ? parsed.value : null;
  }
  if (!/^\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(text)) return null;
  // Whole nanoseconds: 0.069 s is 69.00000000000001 ms in binary and would be above a limit of 69 ms.
  return Math.round(Number(text) * NANOSECONDS[unit]) / NANOSECONDS.ms;
}

const NANOSECONDS = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 } as const;

function cohortReader<Cut>(
  source: CohortSource,
  layout: Layout<Cut>,
): (cut: Cut, number: number) => string | ReturnType<typeof dirty> {
  switch (source.kind) {
    case 'share':
      return (_, number) => (inShare(number, source.seed, source.share) ? 'canary' : 'stable');
    case 'hash': {
      const field = layout.field(source.field);
      return (cut) => field(cut) ?? dirty('no-cohort');
    }
    case 'value': {
      const field = layout.field(source.field);
      const canary = new Set(source.canary);
      const stable = source.stable === undefined ? null : new Set(source.stable);
      return (cut) => {
        const value = field(cut) ?? '-';
        if (canary.has(value)) return 'canary';
        if (stable === null) return value === '-' ? dirty('no-cohort') : 'stable';
        return stable.has(value) ? 'stable' : dirty(value === '-' ? 'no-cohort' : 'unknown-cohort');
      };
    }
  }
}

function groupReader<Cut>(source: GroupSource, layout: Layout<Cut>): (cut: Cut) => { group?: string } {
  switch (source.kind) {
    case 'none':
      return () => ({});
    case 'endpoint': {
      const method = layout.field(source.method);
      const path = layout.field(source.path);
      return (cut) => ({ group: endpointOf(method(cut), path(cut)) });
    }
    case 'field': {
      const field = layout.field(source.field);
      return (cut) => ({ group: field(cut) ?? UNGROUPED });
    }
  }
}

type Place = Pick<CountsRow, 'namespace' | 'cluster'>;

function scopeReader<Cut>(rules: LogRules, layout: Layout<Cut>): (cut: Cut) => Place {
  const namespaceOf = rules.namespace === undefined ? null : layout.field(rules.namespace);
  const clusterOf = rules.cluster === undefined ? null : layout.field(rules.cluster);
  if (namespaceOf === null && clusterOf === null) return () => ({});
  return (cut) => {
    const namespace = namespaceOf?.(cut);
    const cluster = clusterOf?.(cut);
    return {
      ...(namespace === undefined ? {} : { namespace }),
      ...(cluster === undefined ? {} : { cluster }),
    };
  };
}
