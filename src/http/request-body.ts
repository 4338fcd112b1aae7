import { z } from 'zod';

/** Argo sends strings and cannot leave a key out: numbers are taken as their text, '' and null as absent. */
const text = z
  .union([z.string().max(2000), z.number(), z.null()])
  .optional()
  .transform((value) =>
    value === null || value === undefined || value === '' ? undefined : String(value).trim(),
  );

/** Not z.record, which drops a key called __proto__ where it has to be refused by name. */
const object = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** The body of `POST /v1/analysis`, before what its texts mean is looked at; the OpenAPI document shows the same. */
export const requestBody = z.object({
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
  policy: z.union([object, z.literal(''), z.null()]).optional(),
});
