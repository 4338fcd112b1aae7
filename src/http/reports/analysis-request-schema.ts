import { z } from 'zod';

const text = z.union([z.string(), z.number(), z.null()]).optional();
const interval = z.tuple([z.number().nullable(), z.number().nullable()]).nullable();
const figure = z.number().nullable();

/**
 * The answer of `POST /v1/analysis` as the document describes it. The request itself is parsed by a reader of its own,
 * because every issue of it is told at once.
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

/** Every field is a string in Argo's hands; numbers are taken as their text, '' and null as absent. */
export const analysisRequest = z.strictObject({
  slo: text.meta({ description: 'Name of an SLO, several separated by commas, or service:NAME' }),
  canary: text.meta({ description: 'pod-template-hash; required' }),
  stable: text,
  mode: text.meta({ description: 'watch, gate or preflight' }),
  minWindow: text,
  start: text,
  namespace: text,
  cluster: text,
  at: text,
  weight: text,
  rollout: text,
  revision: text,
  policy: z.union([z.record(z.string(), z.unknown()), z.literal(''), z.null()]).optional(),
});
