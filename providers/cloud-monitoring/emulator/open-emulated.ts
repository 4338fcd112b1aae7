import type { Role } from '../../../src/core/counts.ts';
import type { CohortMatch, CountsRequest, MetricsProvider } from '../../../src/core/provider.ts';
import { MINUTE } from '../../../src/core/units.ts';
import { cloudMonitoring } from '../index.ts';
import type { MonitoringQuery } from '../query.ts';
import { CloudMonitoringEmulator, type EmulatorOptions } from './cloud-monitoring-emulator.ts';
import type { Model } from './model.ts';

export interface Emulated {
  readonly emulator: CloudMonitoringEmulator;
  readonly provider: MetricsProvider<MonitoringQuery>;
  /** As the meter was told. */
  readonly calls: { readonly budget: string; readonly outcome: string; readonly points?: number }[];
  close(): Promise<void>;
}

/** The provider over an emulator of its own, in one process. */
export async function openEmulated(
  model: Model,
  options: EmulatorOptions & { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Emulated> {
  const emulator = new CloudMonitoringEmulator(model, options);
  await emulator.start();
  const settings = cloudMonitoring.parseSettings({
    BURNGATE_CLOUD_MONITORING_ENDPOINT: emulator.endpoint,
    ...options.env,
  });
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  const calls: Emulated['calls'] = [];
  const provider = await cloudMonitoring.open(settings.value, {
    env: {},
    now: options.now ?? Date.now,
    log: { warn: () => undefined },
    meter: { apiCall: (call) => void calls.push(call), budgetLeft: () => undefined },
  });
  return {
    emulator,
    provider,
    calls,
    close: async () => {
      await provider.close();
      emulator.stop();
    },
  };
}

/** A query from a spec; throws where it is refused. */
export function queryOf(spec: object, role: Role = 'total'): MonitoringQuery {
  const parsed = cloudMonitoring.parseQuery(spec, { role, baseDir: '/' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

export function exactly(hash: string): CohortMatch {
  return { hash, value: hash, match: 'exact' };
}

/** Canary `aaa` against stable `bbb` in half an hour from `start`. */
export function requestFor(
  queries: CountsRequest<MonitoringQuery>['queries'],
  start: number,
  more: Partial<CountsRequest<MonitoringQuery>> = {},
): CountsRequest<MonitoringQuery> {
  return {
    queries,
    cohorts: { canary: exactly('aaa'), stable: exactly('bbb') },
    scope: {},
    window: { start, end: start + 30 * MINUTE, bucketMs: MINUTE },
    ...more,
  };
}
