import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { addMemoMetrics } from './memo-metrics.ts';

test('the memory of what earlier looks left is read when it is asked for', async () => {
  const registry = new Registry();
  const memos = { buckets: { bytes: 1000 }, trials: { bytes: 20 } };
  addMemoMetrics(registry, memos);
  memos.buckets.bytes = 0;
  const text = await registry.metrics();
  expect(text).toContain('burngate_memo_bytes{memo="buckets"} 0');
  expect(text).toContain('burngate_memo_bytes{memo="trials"} 20');
});
