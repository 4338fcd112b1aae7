import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createCollectionMetrics } from './collection-metrics.ts';
import { addMemoMetrics } from './memo-metrics.ts';

const PAGE = join(import.meta.dirname, '../../docs/operating-collection.md');
/** Of other parts, named on the page for comparison. */
const ELSEWHERE = ['burngate_provider_duration_seconds'];

function metricsOf(registry: Registry) {
  return createCollectionMetrics(registry, () => ({
    cacheBytes: 1000,
    cacheMaxBytes: 2000,
    cacheEntries: 3,
    providers: [
      { provider: 'a', underWay: 1, queued: 2, openBreakers: 3 },
      { provider: 'b', underWay: 0, queued: 0, openBreakers: 0 },
    ],
  }));
}

test('every metric is documented, and every documented one exists', async () => {
  const registry = new Registry();
  metricsOf(registry);
  addMemoMetrics(registry, { buckets: { bytes: 0 }, trials: { bytes: 0 } });
  const page = await readFile(PAGE, 'utf8');
  const documented = new Set([...page.matchAll(/burngate_[a-z_]+/g)].map(([name]) => name));
  expect([...documented].toSorted()).toEqual(
    [...registry.getMetricsAsArray().map(({ name }) => name), ...ELSEWHERE].toSorted(),
  );
});

test('the labels are those of the page', async () => {
  const registry = new Registry();
  metricsOf(registry);
  addMemoMetrics(registry, { buckets: { bytes: 0 }, trials: { bytes: 0 } });
  const page = await readFile(PAGE, 'utf8');
  for (const metric of registry.getMetricsAsArray()) {
    const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] };
    const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${name}\``));
    expect(row?.split('|')[2]?.trim()).toBe(labelNames.join(', '));
  }
});

test('gauges tell what is now', async () => {
  const registry = new Registry();
  metricsOf(registry);
  const text = await registry.metrics();
  expect(text).toContain('burngate_cache_bytes 1000');
  expect(text).toContain('burngate_cache_max_bytes 2000');
  expect(text).toContain('burngate_cache_entries 3');
  expect(text).toContain('burngate_provider_calls_under_way{provider="a"} 1');
  expect(text).toContain('burngate_provider_calls_queued{provider="a"} 2');
  expect(text).toContain('burngate_breakers_open{provider="a"} 3');
  expect(text).toContain('burngate_breakers_open{provider="b"} 0');
});
