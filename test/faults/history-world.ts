import { expect } from 'vitest';
import { startService, type Service } from '../serve-process.ts';
import { recording, SHOP, sloFiles, START } from '../support/shop.ts';

const MINUTE = 60_000;
const GROUPS = 100;
const AT_ONCE = 4;

/** A made-up shop with an SLO whose looks are large: an hour of a hundred endpoints. */
export const LARGE_SHOP: Readonly<Record<string, string>> = {
  ...SHOP,
  'large.yaml':
    sloFiles([
      {
        name: 'large',
        path: 'large.csv',
        annotations: { 'burngate.io/scope': 'global', 'burngate.io/breakdown': 'endpoint' },
      },
    ])['slos.yaml'] ?? '',
  'large.csv': recording(
    ['group'],
    Array.from({ length: GROUPS }, (_, group) => [
      { cohort: 'canary', counts: [20, 0] as const, labels: [`GET /items/${String(group)}`] },
      { cohort: 'stable', counts: [180, 0] as const, labels: [`GET /items/${String(group)}`] },
    ]).flat(),
  ),
};

/** Questions that are all different, about releases of their own. */
export function questions(slo: string, count: number, tag: string): string[] {
  return Array.from({ length: count }, (_, nth) =>
    JSON.stringify({
      slo,
      canary: 'canary',
      stable: 'stable',
      at: new Date(START + (40 + (nth % 20)) * MINUTE).toISOString(),
      rollout: `${tag}-${String(nth)}`,
    }),
  );
}

/** The answers, in order, asked a few at a time. */
export async function answers({ url }: Service, asked: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE).map(async (body) => {
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(`${url}/v1/analysis`, { method: 'POST', body, signal });
      return `${String(response.status)} ${await response.text()}`;
    });
    texts.push(...(await Promise.all(some)));
  }
  return texts;
}

/** What a service answers that keeps no history. */
export async function withoutHistory(slos: string): Promise<Service> {
  return startService({ slos });
}

export interface HistoryFigures {
  readonly up: number;
  readonly waiting: number;
  readonly stored: number;
  readonly dropped: number;
}

/** What the metrics of a service say of its history. */
export async function figures({ url }: Service): Promise<HistoryFigures> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  const count = (outcome: string): number =>
    read(`burngate_history_measurements_total\\{outcome="${outcome}"\\}`);
  return {
    up: read('burngate_history_up'),
    waiting: read('burngate_history_waiting'),
    stored: count('stored') + count('repeated'),
    dropped: count('dropped'),
  };
}

/** Waits until the history can be written again and nothing waits; its figures then. */
export async function recovered(service: Service): Promise<HistoryFigures> {
  await expect
    .poll(async () => figures(service), { timeout: 90_000, interval: 100 })
    .toMatchObject({ up: 1, waiting: 0 });
  return figures(service);
}

/** How often a service has said this. */
export function told(service: Service, message: string): Record<string, unknown>[] {
  return service.logs().filter(({ msg }) => String(msg).includes(message));
}
