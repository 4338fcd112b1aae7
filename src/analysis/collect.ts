import type { Observation } from '../core/observation.ts';
import type { EpochMs } from '../core/units.ts';
import { alignDown, lookBackStart } from '../core/window.ts';
import { settlingLag } from './ask-providers.ts';
import type { Seen } from './remembered.ts';
import { see, type CollectTools, type SightAsk } from './sight.ts';

/** What is to be collected for one SLO. */
export interface CollectAsk extends Omit<SightAsk, 'settlingLag'> {
  /** As of when. */
  readonly now: EpochMs;
  /** Our own clock, which `now` may lie behind. */
  readonly clock: EpochMs;
  /** Explicit start of the window; null: found from the counts. */
  readonly start: EpochMs | null;
}

export interface Collected {
  /** All counts as they are; of bounded ones the kindest reading. */
  readonly observation: Observation;
  /** Where counts are only bounded: their harshest reading. */
  readonly harshest?: Observation;
  readonly queriesSent: readonly string[];
  /** True where equal counts of a later look are the same buckets. */
  readonly isHeld: boolean;
}

/** What an analysis sees of the counts, and when it does. */
export async function collect(ask: CollectAsk, tools: CollectTools): Promise<Collected> {
  const { slo, now, clock, start } = ask;
  const lag = await settlingLag(slo, tools.providers, tools.signal);
  const end = alignDown(now - lag, slo.bucketMs);
  const reach = { start: start ?? lookBackStart(end), end, bucketMs: slo.bucketMs };
  const sight = await see({ ...ask, settlingLag: lag }, { window: reach, start }, tools);
  const { window, attempt, queriesSent, isHeld } = sight;
  const observe = ({ buckets, notes }: Seen): Observation => ({
    window,
    buckets,
    dataAge: now - window.end,
    lag,
    canarySeen: attempt !== null,
    silentExpected: attempt?.silentExpected ?? 0,
    earlierEnded: start === null ? (attempt?.earlierEnded ?? null) : null,
    // A metric that is settled in our future was stamped by another clock.
    ahead: sight.settledUntil > clock + slo.bucketMs,
    notes,
  });
  return {
    observation: observe(sight.seen),
    ...(sight.harshest === undefined ? {} : { harshest: observe(sight.harshest) }),
    queriesSent,
    isHeld,
  };
}
