import { z } from 'zod';
import { count, events, ratio, release, seconds, time, verdict } from './schema-parts.ts';

const counted = z
  .strictObject({ start: time, end: time, canary: events, stable: events })
  .nullable()
  .meta({ description: 'All buckets of the newest look that had counts' });

export const analysisRow = z.strictObject({
  analysis: z.string(),
  report: z.string().meta({ description: 'Page of the analysis' }),
  slo: z.string(),
  service: z.string(),
  release,
  verdict,
  code: z.string(),
  reason: z.string(),
  firstAt: time,
  lastAt: time,
  looks: count,
  counted,
});

export const analysisList = z.strictObject({
  analyses: z.array(analysisRow),
  next: z
    .string()
    .nullable()
    .meta({ description: 'Value of `cursor` for the next page; null: this is the last' }),
  origin: z.enum(['history', 'memory']).meta({
    description: 'memory: no history is kept or it cannot be read; only the newest analyses are there',
  }),
});

const pair = z.strictObject({
  time,
  canary: events.nullable(),
  stable: events.nullable(),
  flaw: z.string().optional(),
});
const interval = z.tuple([z.number(), z.number()]).nullable();
const bounds = z.strictObject({ low: ratio, high: ratio }).nullable();
const band = z.strictObject({ fraction: z.number(), low: z.number(), high: z.number() }).nullable();

/** Log evidence; null where it is not a finite number. */
const log = z.number().nullable();

const measurement = z.strictObject({
  analysis: z.string(),
  slo: z.string(),
  at: time,
  verdict,
  code: z.string(),
  reason: z.string(),
  release,
  mode: z.enum(['watch', 'gate']).optional(),
  target: z.number().optional(),
  figures: z.record(z.string(), z.unknown()).optional(),
  intervals: z
    .strictObject({ canary: interval, stable: interval, ratio: bounds })
    .optional()
    .meta({ description: 'Anytime-valid 95% intervals of both burns and of the ratio' }),
  bands: z
    .array(z.strictObject({ time, canary: band, stable: band }))
    .optional()
    .meta({ description: 'Bad fractions so far and their anytime-valid 95% intervals, at most 200 points' }),
  provenAt: time.optional(),
  groups: z.array(z.record(z.string(), z.unknown())).optional(),
  policy: z.record(z.string(), z.unknown()).optional(),
  window: z.strictObject({ start: time, end: time, bucketSeconds: seconds }).optional(),
  dataAgeSeconds: seconds.optional(),
  queriesSent: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
  buckets: z.array(pair).optional(),
  trace: z
    .array(
      z.strictObject({
        time,
        verdict,
        code: z.string(),
        logBurn: log,
        logRelative: log,
        logHarm: log,
        logSafe: log,
      }),
    )
    .optional()
    .meta({ description: 'Each bucket’s look: what was proven right after it' }),
  groupsInTrace: z.boolean().optional().meta({
    description: 'False: the counts of groups are no longer kept, so the trace is of the whole alone',
  }),
  links: z
    .array(z.strictObject({ name: z.string(), group: z.string().nullable(), url: z.string() }))
    .optional(),
});

export const analysisDetail = z.strictObject({
  measurements: z.array(measurement).meta({ description: 'The newest look of each SLO that had counts' }),
  looks: z
    .array(
      z.strictObject({
        slo: z.string(),
        at: time,
        mode: z.enum(['watch', 'gate']).nullable(),
        verdict,
        code: z.string(),
        reason: z.string(),
      }),
    )
    .meta({ description: 'All looks, newest first, at most 500' }),
  origin: z.enum(['history', 'memory']),
});

export type AnalysisRowJson = z.infer<typeof analysisRow>;
export type MeasurementJson = z.infer<typeof measurement>;
export type AnalysisDetailJson = z.infer<typeof analysisDetail>;
