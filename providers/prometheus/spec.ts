import { z } from 'zod';
import { parseDuration, SECOND } from '../../src/core/units.ts';
import { MATCH_OPS } from './selector.ts';

/* In these schemas the message of a field says what is allowed; who reports it adds the place and what was given. */

/** A mapping with these keys and no others. */
function mapping<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `the keys ${keys}` : `a mapping with the keys ${keys}`,
  });
}

/** Control characters would let a name forge lines of a log. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,200}$/u;

const name = (allowed: string): z.ZodString => z.string(allowed).regex(PRINTABLE, allowed);

const DURATION = 'a duration such as 15s, 60s or 2m';
const duration = (least: number): z.ZodType<number> =>
  z.union([z.string(), z.number()], DURATION).transform((raw, context) => {
    const parsed = parseDuration(String(raw));
    if (parsed.ok && parsed.value >= least) return parsed.value;
    context.addIssue({ code: 'custom', message: DURATION });
    return z.NEVER;
  });

const THRESHOLD = 'a duration such as 500ms (for a metric in seconds), or a number in the unit of the metric';
const threshold = z.union([z.string(), z.number()], THRESHOLD).transform((raw, context) => {
  const parsed = /^[\d.]+$/.test(String(raw)) ? null : parseDuration(String(raw));
  const value = parsed === null ? Number(raw) : parsed.ok ? parsed.value / SECOND : Number.NaN;
  if (Number.isFinite(value) && value > 0) return value;
  context.addIssue({ code: 'custom', message: THRESHOLD });
  return z.NEVER;
});

const LABEL = 'the name of a label';
const matcher = mapping({
  label: name(LABEL).refine((label) => label !== '__name__', `${LABEL}; the metric has a field of its own`),
  op: z.enum(MATCH_OPS, { error: `one of ${MATCH_OPS.join(' ')}` }).default('='),
  value: z.string('a text; quote a number').max(2000, 'at most 2000 characters'),
});

/** `spec` of a Prometheus source. */
export const querySpec = mapping({
  metric: name('the name of a counter, or of a histogram without _bucket').optional(),
  matchers: z.array(matcher, 'a list of {label, op, value}').max(50, 'at most 50 matchers').optional(),
  selector: z.string('an instant-vector selector').max(4000, 'at most 4000 characters').optional(),
  histogram: z.enum(['classic', 'native'], { error: 'classic or native' }).optional(),
  threshold: threshold.optional(),
  namespaceLabel: name(LABEL).default('namespace'),
  clusterLabel: z
    .union([name(LABEL), z.literal('')], `${LABEL}, or "" where the series have none`)
    .default('cluster'),
  podLabel: name(LABEL).default('pod'),
  scrapeInterval: duration(SECOND).optional(),
  settlingLag: duration(0).optional(),
});
