import { z } from 'zod';
import { invalid, valid, type Parsed } from '../../src/core/parsed.ts';
import { issuesOf, ownValue } from '../_shared/spec-issues.ts';
import { MINUTE, parseDuration, type DurationMs } from '../../src/core/units.ts';
import { LATENCY_UNITS } from '../../src/recording/log-rules.ts';
import { parseStatuses } from '../../src/recording/status-ranges.ts';
import {
  isProject,
  isLogsParent,
  LOGS_PARENT_ALLOWED,
  PROJECT_ALLOWED,
} from '../_shared/google/resource-names.ts';
import { parseEntryField, parseFragment } from './filter/fragment.ts';
import { writeFilter } from './filter/write.ts';
import { SEVERITIES } from './severity.ts';

/* In these schemas the message of a field says what is allowed; who reports it adds the place and what was given. */

/** entries.list reads this many resources at once. */
const MOST_RESOURCES = 100;
const MOST_GROUP_FIELDS = 4;
/** Entries arrive within seconds as a rule and within two minutes nearly always. */
const DEFAULT_LAG: DurationMs = 2 * MINUTE;
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/** A text or number read by a parser of the core. */
function parsedBy<T>(parse: (raw: unknown) => Parsed<T>): z.ZodType<T> {
  return z.unknown().transform((raw, context) => {
    const parsed = parse(raw);
    if (parsed.ok) return parsed.value;
    for (const { allowed } of parsed.issues) context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

const text = (raw: unknown): string => (typeof raw === 'string' ? raw : '');
const duration = parsedBy((raw) => parseDuration(typeof raw === 'number' ? String(raw) : text(raw)));
const field = parsedBy((raw) => parseEntryField(text(raw), ''));
const severity = z.enum(SEVERITIES, { error: `one of ${SEVERITIES.join(', ')}` });
const fragment = parsedBy((raw) => {
  const parsed = parseFragment(text(raw));
  return parsed.ok ? valid(writeFilter(parsed.value)) : parsed;
});
const project = z.string(PROJECT_ALLOWED).refine((each) => isProject(each), PROJECT_ALLOWED);
const resourceName = z.string(LOGS_PARENT_ALLOWED).refine((each) => isLogsParent(each), LOGS_PARENT_ALLOWED);
const GROUP_ALLOWED = `a field, or a list of up to ${String(MOST_GROUP_FIELDS)} fields`;
const RESOURCE_ALLOWED = 'a resource type such as k8s_container, or any';
const LOG_ALLOWED = 'a log id such as stdout';
const KEYS =
  'project, projects, resourceNames, resource, log, filter, status, statusField, severity, severityBelow, latencyOver, latencyUpTo, latency, group, pod, podLabels, namespace, cluster, settlingLag';

const SUB_KEYS: Readonly<Record<string, string>> = { latency: 'field, unit', podLabels: 'at, dots' };
const mapping = <Shape extends z.ZodRawShape>(shape: Shape, keys: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `the keys ${keys}` : `a mapping with the keys ${keys}`,
  });

const schema = mapping(
  {
    project: project.optional(),
    projects: z.array(project, `a list of projects`).min(1, 'at least one project').optional(),
    resourceNames: z.array(resourceName, 'a list of resource names').min(1, LOGS_PARENT_ALLOWED).optional(),
    resource: z
      .string(RESOURCE_ALLOWED)
      .regex(IDENTIFIER, RESOURCE_ALLOWED)
      .default('k8s_container')
      .transform((name) => (name === 'any' ? null : name)),
    log: z
      .string(LOG_ALLOWED)
      .regex(/^[A-Za-z0-9_./-]{1,200}$/, LOG_ALLOWED)
      .optional(),
    filter: fragment.optional(),
    status: parsedBy((raw) => parseStatuses(raw, '')).optional(),
    statusField: field.default(['httpRequest', 'status']),
    severity: severity.optional(),
    severityBelow: severity.optional(),
    latencyOver: duration.optional(),
    latencyUpTo: duration.optional(),
    latency: mapping(
      { field, unit: z.enum(LATENCY_UNITS, { error: `a unit of ${LATENCY_UNITS.join(', ')}` }) },
      SUB_KEYS['latency'] ?? '',
    ).optional(),
    group: z
      .union([field.transform((one) => [one]), z.array(field).min(1).max(MOST_GROUP_FIELDS)], {
        error: GROUP_ALLOWED,
      })
      .optional(),
    pod: field.optional(),
    podLabels: mapping(
      { at: field, dots: z.enum(['keep', 'underscores'], { error: 'keep or underscores' }).default('keep') },
      SUB_KEYS['podLabels'] ?? '',
    ).optional(),
    namespace: field.optional(),
    cluster: field.optional(),
    settlingLag: duration.default(DEFAULT_LAG),
  },
  KEYS,
);

/** A spec that is well formed; `resourceNames` holds the projects too. */
export type Spec = Omit<z.output<typeof schema>, 'project' | 'projects' | 'resourceNames'> & {
  readonly resourceNames: readonly string[];
};

/** A spec, or everything that is wrong with it. */
export function specOf(raw: unknown): Parsed<Spec> {
  const parsed = schema.safeParse(raw);
  const issues = parsed.success ? [] : issuesOf(parsed.error, raw);
  const given = ['project', 'projects', 'resourceNames'].filter((key) => ownValue(raw, key) !== undefined);
  if (given.length !== 1 && isMapping(raw))
    issues.push({
      path: 'project',
      given: given.length === 0 ? 'no place to read from' : given.join(' and '),
      allowed: 'one of project, projects and resourceNames',
    });
  if (!parsed.success || issues.length > 0) return invalid(...issues);
  const { project: one, projects, resourceNames, ...rest } = parsed.data;
  const names = new Set(
    resourceNames ?? (projects ?? (one === undefined ? [] : [one])).map((id) => `projects/${id}`),
  );
  if (names.size > MOST_RESOURCES)
    return invalid({
      path: projects === undefined ? 'resourceNames' : 'projects',
      given: String(names.size),
      allowed: `at most ${String(MOST_RESOURCES)}`,
    });
  return valid({ ...rest, resourceNames: [...names].toSorted() });
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
