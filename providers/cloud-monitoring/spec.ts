import { z } from 'zod';
import { parseDuration } from '../../src/core/units.ts';
import { isQuotable } from '../_shared/google/quote.ts';
import { isProject, PROJECT_ALLOWED, projectOfSlo, SLO_ALLOWED } from '../_shared/google/resource-names.ts';
import { FIELD_ALLOWED, parseField } from './fields.ts';
import { LABEL_VALUE_ALLOWED, parseLabelValue } from './label-values.ts';

/* In these schemas the message of a field says what is allowed; who reports it adds the place and what was given. */

/** A mapping with these keys and no others. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `the keys ${keys}` : `a mapping with the keys ${keys}`,
  });
}

const METRIC_ALLOWED =
  'a metric type such as prometheus.googleapis.com/http_requests_total/counter or logging.googleapis.com/user/NAME';
const RESOURCE_ALLOWED = 'a monitored resource type such as prometheus_target or k8s_container';
const DURATION_ALLOWED = 'a duration such as 500ms, 2m or 10m';

/** Durations of the core have no milliseconds; latencies do. */
const duration = z.unknown().transform((raw, context) => {
  const text = typeof raw === 'string' ? raw.trim() : '';
  const [, ms] = /^(\d{1,9}(?:\.\d{1,6})?)ms$/.exec(text) ?? [];
  const [, seconds] = /^(\d{1,6}\.\d{1,6})s$/.exec(text) ?? [];
  if (ms !== undefined) return Number(ms);
  if (seconds !== undefined) return Number(seconds) * 1000;
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: 'custom', message: DURATION_ALLOWED });
  return z.NEVER;
});

const field = z.string(FIELD_ALLOWED).refine((text) => parseField(text, '') !== null, FIELD_ALLOWED);

const VALUE_ALLOWED = 'a text of up to 1024 characters, none of them control characters';
const text = z
  .union([z.string(), z.number().transform(String), z.boolean().transform(String)], VALUE_ALLOWED)
  .refine(isQuotable, VALUE_ALLOWED);
/** An empty beginning or end fits everything. */
const some = text.refine((value) => value !== '', 'a text that is not empty');
const list = <T extends z.ZodType<string>>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1).max(100)], VALUE_ALLOWED);

const WHERE_ALLOWED = 'a text, a list of texts, or one of {prefix}, {suffix} and {not}';
const condition = z.union(
  [
    list(text).transform((texts) => ({ match: 'exact' as const, texts })),
    mapping({ prefix: list(some) }).transform(({ prefix }) => ({ match: 'prefix' as const, texts: prefix })),
    mapping({ suffix: list(some) }).transform(({ suffix }) => ({ match: 'suffix' as const, texts: suffix })),
    mapping({ not: list(text) }).transform(({ not }) => ({ match: 'not' as const, texts: not })),
  ],
  WHERE_ALLOWED,
);

const labelValue = z.unknown().transform((raw, context) => {
  const parsed = parseLabelValue(raw, '');
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: 'custom', message: LABEL_VALUE_ALLOWED });
  return z.NEVER;
});
const labelValues = z.union(
  [labelValue.transform((value) => [value]), z.array(labelValue).min(1).max(100)],
  `${LABEL_VALUE_ALLOWED}, or a list of them`,
);
const split = mapping({ label: field, values: labelValues.optional(), not: labelValues.optional() }).refine(
  ({ values, not }) => values !== undefined || not !== undefined,
  'values, not or both',
);

const side = z
  .string('a value of the label')
  .refine((value) => value !== '' && isQuotable(value), VALUE_ALLOWED);
const sides = mapping({ label: field, canary: side, stable: side }).refine(
  ({ canary, stable }) => canary !== stable,
  { path: ['stable'], error: 'another value than the canary has' },
);

export const UNITS = ['s', 'ms', 'us', 'ns'] as const;
export const PRESENCES = ['up', 'points', 'none'] as const;

/** `spec` of a metric. */
export const metricSpec = mapping({
  project: z.string(PROJECT_ALLOWED).refine(isProject, PROJECT_ALLOWED),
  metric: z.string(METRIC_ALLOWED).regex(/^[A-Za-z0-9][A-Za-z0-9_./:-]{2,250}$/, METRIC_ALLOWED),
  resource: z
    .string(RESOURCE_ALLOWED)
    .regex(/^[a-z][a-z0-9_./-]{1,100}$/i, RESOURCE_ALLOWED)
    .optional(),
  where: z.record(field, condition, 'a mapping of labels to values').optional(),
  split: split.optional(),
  cohort: sides.optional(),
  threshold: duration.optional(),
  unit: z.enum(UNITS, `one of ${UNITS.join(', ')}`).optional(),
  presence: z.enum(PRESENCES, `one of ${PRESENCES.join(', ')}`).optional(),
  scope: mapping({
    namespace: field.optional(),
    cluster: field.optional(),
    rollout: field.optional(),
  }).optional(),
  settlingLag: duration.optional(),
});

/** `spec` of an SLO that is kept in Cloud Monitoring. */
export const sloSpec = mapping({
  slo: z.string(SLO_ALLOWED).refine((name) => projectOfSlo(name) !== null, SLO_ALLOWED),
  settlingLag: duration.optional(),
});
