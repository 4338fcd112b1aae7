import type { Command } from 'commander';
import { invalid, shown, valid, type Parsed } from '../core/parsed.ts';
import { parseDuration } from '../core/units.ts';
import {
  LATENCY_UNITS,
  type CohortSource,
  type GroupSource,
  type LogLayout,
  type LogRules,
} from '../recording/log-rules.ts';
import { parseStatuses } from '../recording/status-ranges.ts';

/** What commander hands over for the access-log options. */
export interface LogFlags {
  readonly log?: string;
  readonly bad: string;
  readonly slowerThan?: string;
  readonly exclude?: string;
  readonly canaryShare?: string;
  readonly seed: string;
  readonly canaryField?: string;
  readonly canary?: string;
  readonly group: string;
  readonly timeField: string;
  readonly statusField: string;
  readonly latencyField?: string;
  readonly latencyUnit: string;
  readonly methodField: string;
  readonly pathField: string;
}

export function addLogOptions(command: Command): Command {
  return command
    .option(
      '--log <format>',
      'the file is an access log: combined (nginx, Apache) or json (one object a line)',
    )
    .option('--bad <statuses>', 'log: statuses that are bad', '5xx')
    .option('--slower-than <duration>', 'log: slower requests are bad too, e.g. 500ms')
    .option('--exclude <statuses>', 'log: statuses that are no valid events, e.g. 404')
    .option('--canary-share <ratio>', 'log: a random share plays canary (A/A test), e.g. 0.1')
    .option('--seed <number>', 'log: seed of the random share', '1')
    .option('--canary-field <field>', 'log: field that tells canary from stable')
    .option('--canary <values>', 'log: values of that field that are the canary, separated by commas')
    .option('--group <by>', 'log: endpoint, none, or a field', 'endpoint')
    .option('--time-field <path>', 'json log: field of the time', 'time')
    .option('--status-field <path>', 'json log: field of the status', 'status')
    .option('--latency-field <field>', 'log: field of the latency (combined: last, last-1, rt ...)')
    .option('--latency-unit <unit>', `log: ${LATENCY_UNITS.join(', ')}`, 's')
    .option('--method-field <path>', 'json log: field of the method', 'method')
    .option('--path-field <path>', 'json log: field of the path', 'path');
}

/** The rules that the flags mean, or everything that is wrong with them. */
export function logRules(flags: LogFlags): Parsed<LogRules> {
  const layout = layoutOf(flags);
  const bad = parseStatuses(flags.bad, '--bad');
  const exclude = flags.exclude === undefined ? valid([]) : parseStatuses(flags.exclude, '--exclude');
  const slow =
    flags.slowerThan === undefined ? valid(undefined) : parseDuration(flags.slowerThan, '--slower-than');
  const latency = latencyOf(flags);
  const cohort = cohortOf(flags);
  const issues = [layout, bad, exclude, slow, latency, cohort].flatMap((part) =>
    part.ok ? [] : part.issues,
  );
  if (!layout.ok || !bad.ok || !exclude.ok || !slow.ok || !latency.ok || !cohort.ok)
    return invalid(...issues);
  return valid({
    layout: layout.value,
    bad: { status: bad.value, ...(slow.value === undefined ? {} : { latencyOver: slow.value }) },
    ...(latency.value === undefined ? {} : { latency: latency.value }),
    exclude: exclude.value,
    cohort: cohort.value,
    group: groupOf(flags),
  });
}

function layoutOf(flags: LogFlags): Parsed<LogLayout> {
  if (flags.log === 'combined') return valid({ kind: 'combined' });
  if (flags.log === 'json')
    return valid({ kind: 'json', time: { field: flags.timeField, unit: 'auto' }, status: flags.statusField });
  return invalid({ path: '--log', given: shown(flags.log), allowed: 'combined or json' });
}

function latencyOf(flags: LogFlags): Parsed<LogRules['latency']> {
  if (flags.slowerThan === undefined) return valid(undefined);
  if (flags.latencyField === undefined)
    return invalid({
      path: '--latency-field',
      given: 'nothing',
      allowed: 'the field of the latency, needed with --slower-than',
    });
  const unit = LATENCY_UNITS.find((each) => each === flags.latencyUnit);
  if (unit === undefined)
    return invalid({
      path: '--latency-unit',
      given: shown(flags.latencyUnit),
      allowed: LATENCY_UNITS.join(', '),
    });
  return valid({ field: flags.latencyField, unit });
}

function cohortOf(flags: LogFlags): Parsed<CohortSource> {
  if (flags.canaryField !== undefined) {
    const canary = (flags.canary ?? '')
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (canary.length === 0)
      return invalid({
        path: '--canary',
        given: 'nothing',
        allowed: 'the values of --canary-field that are the canary',
      });
    return valid({ kind: 'value', field: flags.canaryField, canary });
  }
  const share = Number(flags.canaryShare ?? Number.NaN);
  const seed = Number(flags.seed);
  if (!(share > 0 && share < 1))
    return invalid({
      path: '--canary-share',
      given: shown(flags.canaryShare),
      allowed: 'a ratio between 0 and 1 such as 0.1, or use --canary-field',
    });
  if (!Number.isSafeInteger(seed))
    return invalid({ path: '--seed', given: shown(flags.seed), allowed: 'a whole number' });
  return valid({ kind: 'share', share, seed });
}

function groupOf({ group, log, methodField, pathField }: LogFlags): GroupSource {
  if (group === 'none') return { kind: 'none' };
  if (group !== 'endpoint') return { kind: 'field', field: group };
  return log === 'combined'
    ? { kind: 'endpoint', method: 'method', path: 'path' }
    : { kind: 'endpoint', method: methodField, path: pathField };
}
