import { DatadogEmulator } from '../../providers/datadog/emulator/server.ts';
import { submitTraffic } from '../../providers/datadog/emulator/traffic.ts';

const MINUTE = 60_000;
const SHOP = { name: 'checkout', namespace: 'shop', rollout: 'checkout', groupTag: 'resource_name' };

/** When the canaries begin. */
export const BEGIN = Date.UTC(2026, 4, 1, 12);
const STABLE = '5f9c8b7d44';
/** Canaries by what they do. */
export const CANARIES = { healthy: '6d4b75cb10', bad: '6d4b75cb11', late: '6d4b75cb12' } as const;
export type CanaryName = keyof typeof CANARIES;

const source = (metric: string): string =>
  `{ metricSource: { type: datadog, spec: { metric: ${metric}, filter: { service: checkout } } } }`;

export const SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: checkout }
spec:
  service: checkout
  indicator:
    metadata: { name: checkout }
    spec:
      ratioMetric:
        counter: true
        bad: ${source('checkout.requests.bad')}
        total: ${source('checkout.requests')}
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`;

/** A source over HTTP, so that cache, queue, retry and breaker stand before it. */
export async function shopOnDatadog(): Promise<DatadogEmulator> {
  return DatadogEmulator.start();
}

export function envOf(emulator: DatadogEmulator): Record<string, string> {
  return { ...emulator.env, BURNGATE_DATADOG_CALLS_PER_MINUTE: '100000' };
}

/** Traffic of these minutes since `BEGIN`: "late" turns bad after three quarters of an hour. */
export function serveMinutes({ store }: DatadogEmulator, from: number, to: number): void {
  const rows = Array.from({ length: to - from }, (_, index) => from + index).flatMap((minute) => {
    const time = BEGIN + minute * MINUTE;
    const row = (hash: string, bad: number) => ({ time, hash, group: 'cart', good: 100 - bad, bad });
    const canaries = [
      row(CANARIES.healthy, 0),
      row(CANARIES.bad, 30),
      row(CANARIES.late, minute >= 45 ? 30 : 0),
    ];
    return [row(STABLE, 0), ...(minute < 0 ? [] : canaries)];
  });
  submitTraffic(store, SHOP, rows);
}

export interface Looked {
  readonly verdict: string;
  readonly code: string;
  readonly text: string;
}

/** A look as Argo takes one; without a time it is about now. */
export async function look(url: string, canary: CanaryName, at?: number): Promise<Looked> {
  const response = await fetch(`${url}/v1/analysis`, {
    method: 'POST',
    body: JSON.stringify({
      slo: 'checkout',
      canary: CANARIES[canary],
      stable: STABLE,
      rollout: 'checkout',
      namespace: 'shop',
      ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    }),
    // Argo gives up after ten seconds.
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`answered ${String(response.status)}: ${text}`);
  return { ...(JSON.parse(text) as { verdict: string; code: string }), text };
}
