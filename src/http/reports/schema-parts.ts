import { z } from 'zod';

/** Parts of the answers' schemas. A number that cannot be said is null, never 0. */
export const time = z.iso
  .datetime()
  .meta({ description: 'RFC 3339, UTC', examples: ['2026-03-01T10:15:00.000Z'] });
export const ratio = z.number().nullable();
export const count = z.number().min(0);
export const seconds = z.number();
export const verdict = z.enum(['pass', 'fail', 'inconclusive']);

export const events = z
  .strictObject({ good: count, bad: count })
  .meta({ description: 'Events; fractions where a source samples' });

export const release = z
  .strictObject({
    canary: z.string(),
    stable: z.string().nullable(),
    namespace: z.string().optional(),
    cluster: z.string().optional(),
    rollout: z.string().optional(),
    revision: z.string().optional(),
  })
  .meta({ description: 'The release as Argo Rollouts named it' });

export const exhaustion = z
  .strictObject({
    state: z.enum(['exhausted', 'in', 'outlasts', 'unknown']),
    seconds: seconds.nullable(),
  })
  .meta({
    description:
      'When the budget is gone if the burn stays: exhausted already, in so many seconds, or it outlasts the period',
  });

export const problem = z
  .strictObject({
    type: z.string().meta({ examples: ['urn:burngate:problem:not-found'] }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
  })
  .meta({ description: 'RFC 9457' });
