import type { AnyProvider, CountsRequest } from '../../../src/core/provider.ts';
import { MINUTE, type EpochMs } from '../../../src/core/units.ts';
import { requestLine, type Place } from './lines.ts';
import { LoggingEmulator } from './logging-emulator.ts';
import type { LogLine } from './model.ts';
import { GENEROUS, openAgainst, queryOf } from './opened.ts';
import { CallQuota, type QuotaOptions } from './quota.ts';

export const START: EpochMs = Date.UTC(2026, 0, 15, 10);
export const CANARY = '7c5d9b8f6d';
export const STABLE = '5f6c7d8e9f';
export const PLACE: Place = { project: 'shop-prod', namespace: 'shop', cluster: 'eu' };

export interface Bench {
  readonly emulator: LoggingEmulator;
  readonly provider: AnyProvider;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly entries: readonly LogLine[];
  readonly env?: Readonly<Record<string, string>>;
  readonly quota?: QuotaOptions;
  readonly now?: () => EpochMs;
  /** Where the entries are. */
  readonly resourceNames?: readonly string[];
}

/** The provider over a server with these entries. */
export async function bench({ entries, env, quota, now, resourceNames }: BenchOptions): Promise<Bench> {
  const emulator = new LoggingEmulator(new CallQuota(quota ?? { perMinute: Infinity }));
  for (const name of resourceNames ?? ['projects/shop-prod']) emulator.hold(name, entries);
  await emulator.start();
  const provider = await openAgainst({
    endpoint: emulator.endpoint,
    env: env ?? GENEROUS,
    now: now ?? (() => START + 10 * MINUTE),
  });
  return {
    emulator,
    provider,
    close: async () => {
      await provider.close();
      emulator.stop();
    },
  };
}

/** Ten requests a minute of the canary, forty of stable, for so many minutes; one in ten of the canary's is bad. */
export function traffic(minutes = 5): LogLine[] {
  return Array.from({ length: minutes }, (_, minute) =>
    Array.from({ length: 50 }, (__, nth) => {
      const hash = nth < 10 ? CANARY : STABLE;
      const at = START + minute * MINUTE + nth * 1111;
      const row = { hash, pod: `web-${hash}-${String(nth % 2)}`, group: nth % 3 === 0 ? '/cart' : '/orders' };
      return requestLine(PLACE, row, `${String(minute)}-${String(nth)}`, at, nth === 3);
    }),
  ).flat();
}

/** An entry that is no request: the same line of the log without its HTTP part. */
export function withoutRequest(line: LogLine): LogLine {
  const { httpRequest: _, ...rest } = line;
  return rest;
}

export const SPEC = { project: 'shop-prod', log: 'stdout' };

/** Canary against stable over five minutes, bad and total of the same entries. */
export function ask(more: Partial<CountsRequest<unknown>> = {}): CountsRequest<unknown> {
  const match = (hash: string) => ({ hash, value: hash, match: 'exact' as const });
  return {
    queries: { bad: queryOf({ ...SPEC, status: '5xx' }, 'bad'), total: queryOf(SPEC, 'total') },
    cohorts: { canary: match(CANARY), stable: match(STABLE) },
    scope: { namespace: 'shop', cluster: 'eu' },
    window: { start: START, end: START + 5 * MINUTE, bucketMs: MINUTE },
    ...more,
  };
}

/** `bad canary 0:1 1:1`: minutes and counts, in the order of names. */
export function lines(
  series: readonly {
    role: string;
    cohort: string;
    group?: string;
    points: readonly (readonly [EpochMs, number])[];
  }[],
): string[] {
  return series
    .map(({ role, cohort, group, points }) =>
      [
        role,
        cohort,
        ...(group === undefined ? [] : [group]),
        ...points.map(([time, events]) => `${String((time - START) / MINUTE)}:${String(events)}`),
      ].join(' '),
    )
    .toSorted();
}
