import { z } from 'zod';
import type { Parsed } from '../../src/core/parsed.ts';
import { parseDuration } from '../../src/core/units.ts';
import {
  LATENCY_UNITS,
  type CohortSource,
  type GroupSource,
  type LogLayout,
  type LogRules,
} from '../../src/recording/log-rules.ts';
import { parseStatuses, type StatusRanges } from '../../src/recording/status-ranges.ts';
import { TIME_UNITS, type TimeUnit } from '../../src/recording/time.ts';

/* In these schemas the message of a field says what is allowed; who reports it adds the place and what was given. */

/** A mapping with these keys and no others. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `the keys ${keys}` : `a mapping with the keys ${keys}`,
  });
}

/** A field read by one of the core's own parsers. */
function parsedBy<T>(parse: (raw: unknown) => Parsed<T>): z.ZodType<T> {
  return z.unknown().transform((raw, context) => {
    const parsed = parse(raw);
    if (parsed.ok) return parsed.value;
    for (const { allowed } of parsed.issues) context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

/** Control characters would let a file name forge lines of a log. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
const PATH_ALLOWED = 'the name of a file, relative to the folder of the SLO file (not - for standard input)';
const path = z
  .string(PATH_ALLOWED)
  .regex(PRINTABLE, PATH_ALLOWED)
  .refine((text) => text !== '-', PATH_ALLOWED);

const fieldName = (example: string): z.ZodString =>
  z.string(`the name of a field such as ${example}`).min(1, `the name of a field such as ${example}`);

const duration = parsedBy((raw) =>
  parseDuration(typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw : ''),
);
const statuses = parsedBy((raw) => parseStatuses(raw, ''));

const common = { path, settlingLag: duration.optional(), format: z.unknown().optional() };

/** `spec` of recorded counts. */
export const countsSpec = mapping(common);

const TIME_ALLOWED = `the name of a field, or {field, unit} with a unit of ${TIME_UNITS.join(', ')}`;
const time = z.union(
  [
    fieldName('time').transform((field): { field: string; unit: TimeUnit } => ({ field, unit: 'auto' })),
    mapping({ field: fieldName('time'), unit: z.enum(TIME_UNITS).default('auto') }),
  ],
  { error: TIME_ALLOWED },
);

const latency = mapping({
  field: fieldName('last, last-1, rt or http.latency'),
  unit: z.enum(LATENCY_UNITS, { error: `a unit of ${LATENCY_UNITS.join(', ')}` }),
});

const bad = mapping({ status: statuses.optional(), latencyOver: duration.optional() })
  .refine(
    ({ status, latencyOver }) => status !== undefined || latencyOver !== undefined,
    'status (such as 5xx), latencyOver (such as 500ms) or both',
  )
  .transform(({ status = [], latencyOver }) => ({
    status,
    ...(latencyOver === undefined ? {} : { latencyOver }),
  }));

const VALUES_ALLOWED = 'a value of the field, or a list of values; - for none';
const valueList = z.union(
  [
    z
      .string()
      .min(1)
      .transform((value) => [value]),
    z.array(z.string().min(1)).min(1),
  ],
  { error: VALUES_ALLOWED },
);

const CANARY_ALLOWED =
  '{field} whose value is the hash, {field, value} and possibly stable, or {share, seed} with a share between 0 and 1 and a whole seed';
const canary = z.union(
  [
    mapping({ field: fieldName('pod_hash') }).transform(({ field }): CohortSource => ({
      kind: 'hash',
      field,
    })),
    mapping({ field: fieldName('upstream'), value: valueList, stable: valueList.optional() }).transform(
      ({ field, value, stable }): CohortSource => ({
        kind: 'value',
        field,
        canary: value,
        ...(stable === undefined ? {} : { stable }),
      }),
    ),
    mapping({ share: z.number().gt(0).lt(1), seed: z.int() }).transform(({ share, seed }): CohortSource => ({
      kind: 'share',
      share,
      seed,
    })),
  ],
  { error: CANARY_ALLOWED },
);

const GROUP_ALLOWED = 'none, endpoint (in a JSON log {method, path}, the names of two fields), or {field}';

function groupFor(format: LogFormat): z.ZodType<GroupSource> {
  const none = z.literal('none').transform((): GroupSource => ({ kind: 'none' }));
  const byField = mapping({ field: fieldName('route') }).transform(({ field }): GroupSource => ({
    kind: 'field',
    field,
  }));
  const endpoint =
    format === 'combined'
      ? z
          .literal('endpoint')
          .transform((): GroupSource => ({ kind: 'endpoint', method: 'method', path: 'path' }))
      : mapping({ method: fieldName('http.method'), path: fieldName('http.path') }).transform(
          ({ method, path: target }): GroupSource => ({ kind: 'endpoint', method, path: target }),
        );
  return z.union([none, endpoint, byField], { error: GROUP_ALLOWED });
}

type LogFormat = 'combined' | 'json-log';

/** Server errors are bad unless the file says otherwise. */
const SERVER_ERRORS: StatusRanges = [[500, 599]];

/** What both forms of access logs have. */
function logShape(format: LogFormat) {
  return {
    ...common,
    latency: latency.optional(),
    bad: bad.default({ status: SERVER_ERRORS }),
    exclude: statuses.default([]),
    canary,
    group: groupFor(format).default({ kind: 'none' }),
    namespace: fieldName('kubernetes.namespace').optional(),
    cluster: fieldName('cluster').optional(),
  };
}

const combinedShape = mapping(logShape('combined'));
const jsonShape = mapping({ ...logShape('json-log'), time, status: fieldName('status') });

const LATENCY_NEEDED = {
  path: ['latency'],
  error: '{field, unit}, where the latency is that bad.latencyOver limits',
};

function knowsLatency({ bad: rule, latency: where }: z.output<typeof combinedShape>): boolean {
  return rule.latencyOver === undefined || where !== undefined;
}

/** `spec` of an access log in the combined (or common) format. */
export const combinedSpec = combinedShape
  .refine(knowsLatency, LATENCY_NEEDED)
  .transform((spec) => ({ ...fileOf(spec), rules: rulesOf({ kind: 'combined' }, spec) }));

/** `spec` of an access log in JSON lines. */
export const jsonLogSpec = jsonShape.refine(knowsLatency, LATENCY_NEEDED).transform((spec) => {
  const layout: LogLayout = { kind: 'json', time: spec.time, status: spec.status };
  return { ...fileOf(spec), rules: rulesOf(layout, spec) };
});

function fileOf({
  path: file,
  settlingLag = 0,
}: Pick<z.output<typeof combinedShape>, 'path' | 'settlingLag'>) {
  return { path: file, settlingLag };
}

function rulesOf(layout: LogLayout, spec: z.output<typeof combinedShape>): LogRules {
  const { latency: where, bad: rule, exclude, canary: cohort, group, namespace, cluster } = spec;
  return {
    layout,
    bad: rule,
    ...(where === undefined ? {} : { latency: where }),
    exclude,
    cohort,
    group,
    ...(namespace === undefined ? {} : { namespace }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}
