import { z } from 'zod';
import { requestBody } from '../request-body.ts';

const interval = z.tuple([z.number().nullable(), z.number().nullable()]).nullable();
const figure = z.number().nullable();

/**
 * The answer of `POST /v1/analysis` as the document describes it.
 */
export const analysisAnswer = z.strictObject({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string(),
  code: z.string().meta({ description: 'docs/codes.md lists them' }),
  summary: z.tuple([figure, z.string(), z.string()]),
  permanent: z.literal(true).optional(),
  burn: z.strictObject({ canary: figure, stable: figure, ratio: figure }).optional(),
  intervals: z.strictObject({ canary: interval, stable: interval, ratio: interval }).optional(),
  evidence: z.record(z.string(), figure).optional(),
  window: z.strictObject({ start: z.string(), end: z.string(), dataAgeSeconds: z.number() }).optional(),
  groups: z.array(z.strictObject({ group: z.string(), burn: figure, logHarm: figure })).optional(),
  slos: z.array(z.strictObject({ slo: z.string(), verdict: z.string(), code: z.string() })).optional(),
  analysis: z.string().optional(),
  report: z.string().optional(),
});

/** The body that the route parses; unknown fields are refused there with the known ones named. */
export const analysisRequest = z.strictObject({
  ...requestBody.shape,
  policy: z.union([z.record(z.string(), z.unknown()), z.literal(''), z.null()]).optional(),
});
