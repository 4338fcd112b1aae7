import { Gauge, type Registry } from 'prom-client';

/** What earlier looks have left, by its own count, when `/metrics` is asked for. */
export function addMemoMetrics(
  registry: Registry,
  memos: Readonly<Record<'buckets' | 'trials', { readonly bytes: number }>>,
): void {
  const gauge: Gauge<'memo'> = new Gauge({
    name: 'burngate_memo_bytes',
    help: 'Memory of what earlier looks made and later ones use: joined buckets, and trials that absorbed them',
    labelNames: ['memo'],
    registers: [registry],
    collect() {
      for (const memo of ['buckets', 'trials'] as const) gauge.set({ memo }, memos[memo].bytes);
    },
  });
}
