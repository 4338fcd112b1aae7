import { z } from 'zod';
import { count, events, exhaustion, ratio, release, seconds, time, verdict } from './schema-parts.ts';

const state = z.enum(['healthy', 'ticket', 'page', 'exhausted', 'no-data']).meta({
  description:
    'page and ticket: a row of the multiwindow table fires; exhausted: no budget is left; no-data: nothing can be said',
});
const method = z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']);

const made = {
  computedAt: time,
  dataAgeSeconds: seconds.meta({ description: 'Age of the newest settled count' }),
  outdated: z
    .string()
    .nullable()
    .meta({ description: 'Why no newer report could be made; null where this one is new' }),
};

const lastRelease = z.strictObject({ analysis: z.string(), verdict, at: time });

export const sloSummary = z.strictObject({
  slo: z.string(),
  service: z.string(),
  displayName: z.string().optional(),
  state: z.union([state, z.literal('unavailable')]),
  objective: z.number(),
  sli: ratio,
  budgetRemaining: ratio.meta({ description: 'Share of the period’s budget; negative when overspent' }),
  burn: z.strictObject({ '1h': ratio, '6h': ratio, '3d': ratio }),
  lastRelease: lastRelease.nullable(),
  asOf: time.nullable(),
  ...made,
  computedAt: time.nullable(),
  dataAgeSeconds: seconds.nullable(),
});

export const sloList = z.strictObject({ slos: z.array(sloSummary) });

const releaseSpend = z.strictObject({
  analysis: z.string(),
  report: z.string(),
  release,
  verdict,
  code: z.string(),
  start: time,
  end: time,
  canaryEvents: count,
  badEvents: count,
  excessBadEvents: z
    .number()
    .nullable()
    .meta({ description: 'Beyond what the bad share of stable would have given; negative: fewer' }),
  budgetRatio: ratio.meta({ description: 'Share of the period’s budget that the canary spent' }),
  budgetSeconds: seconds
    .nullable()
    .meta({ description: 'The time in which the service may spend as much at a burn of 1' }),
  saved: z
    .strictObject({
      ratioPerHour: z
        .number()
        .meta({ description: 'Share of the budget an hour, had it gone to all traffic' }),
      exhaustedInSeconds: seconds.nullable(),
    })
    .nullable()
    .meta({ description: 'What a rollback prevented; null for releases that were not failed' }),
});

const alert = z.strictObject({
  severity: z.enum(['page', 'ticket']),
  long: z.string(),
  short: z.string(),
  threshold: z.number(),
  longBurn: ratio,
  shortBurn: ratio,
  state: z.enum(['firing', 'quiet', 'unknown']),
  exhaustion,
});

export const sloReportJson = z.strictObject({
  slo: z.string(),
  service: z.string(),
  displayName: z.string().optional(),
  description: z.string().optional(),
  state,
  objective: z.number(),
  budgetingMethod: method,
  period: z.strictObject({ kind: z.enum(['rolling', 'calendar']), start: time, end: time }),
  asOf: time,
  ...made,
  coverage: ratio.meta({ description: 'Share of the elapsed time that has data' }),
  maintenanceSeconds: seconds,
  flaws: z
    .strictObject({ count, first: z.string().nullable() })
    .meta({ description: 'Buckets that contradict themselves, such as more good events than events' }),
  sli: ratio,
  burnRate: ratio,
  events,
  units: events.meta({ description: 'What the budgeting method counts: events, or time slices' }),
  budget: z.strictObject({
    ratio: z.strictObject({ total: z.number(), consumed: ratio, remaining: ratio }),
    minutes: z.strictObject({ total: z.number(), consumed: ratio, remaining: ratio }),
    events: z
      .strictObject({ total: z.number(), consumed: z.number(), remaining: z.number() })
      .nullable()
      .meta({ description: 'Bad events of the whole period if traffic goes on as it was' }),
  }),
  burns: z.array(z.strictObject({ window: z.string(), burn: ratio, good: count, bad: count })),
  alerts: z
    .array(alert)
    .meta({ description: 'Multiwindow, multi-burn-rate table of the SRE Workbook, ch. 5' }),
  exhaustion: exhaustion.meta({ description: 'At the burn of the last six hours' }),
  releases: z.array(releaseSpend),
  burnDown: z.array(z.strictObject({ time, remaining: ratio })).meta({
    description: 'Budget left at the end of each hour, thinned to 400 points; null where there are no counts',
  }),
  queriesSent: z
    .array(z.string())
    .meta({ description: 'Queries of what was read anew for this report; settled hours are kept' }),
  notes: z.array(z.string()),
});

export type SloSummaryJson = z.infer<typeof sloSummary>;
export type SloReportJson = z.infer<typeof sloReportJson>;
