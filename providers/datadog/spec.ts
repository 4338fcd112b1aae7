import { z } from 'zod';
import { parseDuration, type DurationMs } from '../../src/core/units.ts';
import type { FixedSides, LatencyUnit, Tags } from './query-model.ts';
import {
  FACET_ALLOWED,
  isFacet,
  isMetricName,
  isTagKey,
  METRIC_ALLOWED,
  quoted,
  TAG_KEY_ALLOWED,
  TAG_VALUE_ALLOWED,
  tagValue,
} from './tag-text.ts';

/* In these schemas the message of a field says what is allowed; who reports it adds the place and what was given. */

/** A mapping with these keys and no others. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `the keys ${keys}` : `a mapping with the keys ${keys}`,
  });
}

const DURATION_ALLOWED = 'a duration such as 30s, 5m or 1h30m';
const duration = z.string(DURATION_ALLOWED).transform((text, context): DurationMs => {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: 'custom', message: DURATION_ALLOWED });
  return z.NEVER;
});

const MAX_VALUES = 50;

/** Values of one tag: one or a list; the sort makes equal queries equal. */
function values(toValue: (text: string) => string | null, allowed: string): z.ZodType<readonly string[]> {
  return z.unknown().transform((raw, context): readonly string[] => {
    const given: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    if (given.length === 0 || given.length > MAX_VALUES) {
      context.addIssue({
        code: 'custom',
        message: `${allowed}, or a list of 1 to ${String(MAX_VALUES)} of them`,
      });
      return z.NEVER;
    }
    const read = given.map((one) => (isScalar(one) ? toValue(String(one)) : null));
    for (const [nth, value] of read.entries()) {
      const path = Array.isArray(raw) ? [nth] : [];
      if (value === null) context.addIssue({ code: 'custom', message: allowed, path });
    }
    return [...new Set(read.filter((value) => value !== null))].toSorted();
  });
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

const key = (isKey: (text: string) => boolean, allowed: string): z.ZodString =>
  z.string(allowed).refine(isKey, allowed);

function tagsOf(
  keys: { readonly isKey: (text: string) => boolean; readonly allowed: string },
  of: z.ZodType<readonly string[]>,
): z.ZodType<Tags> {
  const what = 'a mapping of tags to values, such as {env: prod}';
  return z
    .record(z.string(), z.unknown(), what)
    .superRefine((raw, context) => {
      for (const name of Object.keys(raw)) {
        if (!keys.isKey(name)) context.addIssue({ code: 'custom', message: keys.allowed, path: [name] });
      }
    })
    .pipe(z.record(z.string(), of, what));
}

const metricTags = tagsOf({ isKey: isTagKey, allowed: TAG_KEY_ALLOWED }, values(tagValue, TAG_VALUE_ALLOWED));
const LOG_VALUE_ALLOWED = 'a text of at most 500 characters without control characters and curly quotes';
const logTags = tagsOf(
  { isKey: isFacet, allowed: FACET_ALLOWED },
  values((text) => (quoted(text) === null ? null : text), LOG_VALUE_ALLOWED),
);

const tagKey = key(isTagKey, TAG_KEY_ALLOWED);
const sideValue = z
  .string(TAG_VALUE_ALLOWED)
  .refine((text) => tagValue(text) !== null, TAG_VALUE_ALLOWED)
  .transform((text) => text.toLowerCase());

const cohort = mapping({ tag: tagKey, canary: sideValue, stable: sideValue })
  .refine(({ canary, stable }) => canary !== stable, 'two different values for canary and stable')
  .transform((sides): FixedSides => sides);

const common = {
  source: z.unknown().optional(),
  settlingLag: duration.optional(),
  namespaceTag: tagKey.optional(),
  clusterTag: tagKey.optional(),
  cohort: cohort.optional(),
};

interface CommonSpec {
  readonly settlingLag?: DurationMs | undefined;
  readonly namespaceTag?: string | undefined;
  readonly clusterTag?: string | undefined;
  readonly cohort?: FixedSides | undefined;
}

/** Absent keys stay absent: queries are compared as JSON, and `undefined` is no JSON. */
function commonOf({ settlingLag, namespaceTag, clusterTag, cohort: sides }: CommonSpec) {
  return {
    ...(settlingLag === undefined ? {} : { settlingLag }),
    ...(namespaceTag === undefined ? {} : { namespaceTag }),
    ...(clusterTag === undefined ? {} : { clusterTag }),
    ...(sides === undefined ? {} : { sides }),
  };
}

const UNITS: Readonly<Record<string, { readonly name: LatencyUnit; readonly perSecond: number }>> = {
  ns: { name: 'nanosecond', perSecond: 1e9 },
  us: { name: 'microsecond', perSecond: 1e6 },
  ms: { name: 'millisecond', perSecond: 1e3 },
  s: { name: 'second', perSecond: 1 },
};
const unit = z.enum(['ns', 'us', 'ms', 's'], 'ns, us, ms or s: the unit that Datadog shows for the metric');

/** `spec` of source metrics. */
export const metricSpec = mapping({
  ...common,
  metric: z.string(METRIC_ALLOWED).refine(isMetricName, METRIC_ALLOWED),
  filter: metricTags.default({}),
  exclude: metricTags.default({}),
  type: z.enum(['count', 'distribution'], 'count or distribution').optional(),
  goodBelow: duration.refine((limit) => limit >= 0.001, 'a duration of at least one microsecond').optional(),
  unit: unit.optional(),
})
  .refine(({ goodBelow, type }) => goodBelow === undefined || type !== 'count', {
    path: ['type'],
    error: 'distribution, where goodBelow is given: a count has no latencies',
  })
  .refine(({ goodBelow, unit: given, metric }) => goodBelow === undefined || unitOf(given, metric) !== null, {
    path: ['unit'],
    error: 'ns, us, ms or s, where goodBelow is given for a metric that is no trace metric',
  })
  .refine(({ goodBelow, unit: given }) => goodBelow !== undefined || given === undefined, {
    path: ['unit'],
    error: 'no unit without goodBelow',
  })
  .transform(({ metric, filter, exclude, type, goodBelow, unit: given, ...rest }) => {
    const found = unitOf(given, metric);
    const kind = type ?? (goodBelow === undefined ? ('count' as const) : ('distribution' as const));
    const threshold =
      goodBelow === undefined || found === null
        ? {}
        : { threshold: { below: (goodBelow / 1000) * found.perSecond, unit: found.name } };
    return { ...commonOf(rest), metric, filter, exclude, type: kind, ...threshold };
  });

/** Trace metrics are in seconds, as Datadog documents; others say it themselves. */
function unitOf(given: string | undefined, metric: string) {
  return UNITS[given ?? (metric.startsWith('trace.') ? 's' : '')] ?? null;
}

const NAME_ALLOWED = 'a name without control characters, quotes, braces and wildcards';
const name = z.string(NAME_ALLOWED).regex(/^[^\p{C}"'{}*?\\]{1,200}$/u, NAME_ALLOWED);

/** `spec` of source apm_metrics. */
export const apmSpec = mapping({
  ...common,
  service: sideValue,
  filter: metricTags.default({}),
  exclude: metricTags.default({}),
  operation: name.optional(),
  resource: name.optional(),
  spanKind: z
    .enum(
      ['consumer', 'server', 'client', 'producer', 'internal'],
      'consumer, server, client, producer or internal',
    )
    .optional(),
}).transform(({ service, filter, exclude, operation, resource, spanKind, ...rest }) => ({
  ...commonOf(rest),
  service,
  filter,
  exclude,
  ...(operation === undefined ? {} : { operation }),
  ...(resource === undefined ? {} : { resource }),
  ...(spanKind === undefined ? {} : { spanKind }),
}));

const RANGE_ALLOWED = 'a mapping of gt, gte, lt, lte to numbers, such as {gte: 500, lt: 600}';
const end = z
  .number(RANGE_ALLOWED)
  .refine((limit) => Math.abs(limit) < 1e15, 'a number below 1e15')
  .optional();
const range = mapping({ gt: end, gte: end, lt: end, lte: end })
  .refine((ends) => Object.values(ends).some((each) => each !== undefined), RANGE_ALLOWED)
  .transform((ends) => Object.fromEntries(Object.entries(ends).filter(([, each]) => each !== undefined)));

const INDEX_ALLOWED = 'a list of names of log indexes, such as [main]';

/** `spec` of source logs. */
export const logSpec = mapping({
  ...common,
  filter: logTags.default({}),
  exclude: logTags.default({}),
  range: z
    .record(
      z.string().refine((text) => text.startsWith('@') && isFacet(text), FACET_ALLOWED),
      range,
      `a mapping of attributes to ranges, such as {"@http.status_code": {gte: 500}}`,
    )
    .default({}),
  indexes: z
    .array(z.string(INDEX_ALLOWED).regex(/^[A-Za-z0-9_-]{1,100}$/, INDEX_ALLOWED), INDEX_ALLOWED)
    .min(1, INDEX_ALLOWED)
    .default(['*']),
})
  .refine(({ filter }) => Object.keys(filter).length > 0, {
    path: ['filter'],
    error: 'at least one tag, such as {service: checkout}: all logs of the organisation are no SLI',
  })
  .transform(({ filter, exclude, range: ranges, indexes, ...rest }) => ({
    ...commonOf(rest),
    filter,
    exclude,
    range: ranges,
    indexes,
  }));

const SLO_ALLOWED = 'the id of a metric-based SLO: 32 hexadecimal digits, as in the address of its page';

/** `spec` of source slo. */
export const sloSpec = mapping({
  source: z.unknown().optional(),
  slo: z.string(SLO_ALLOWED).regex(/^[0-9a-f]{32}$/, SLO_ALLOWED),
  settlingLag: duration.optional(),
});
