import { expect, test } from 'vitest';
import { decidePreflight } from './preflight.ts';

test.each([
  [null, 'inconclusive', 'no-data', 'check its hash, the cohort label and the query'],
  [0, 'inconclusive', 'no-stable-events', 'could not be compared'],
  [1, 'pass', 'preflight-ok', '1 events in the last hour'],
  [54_000, 'pass', 'preflight-ok', '54000 events in the last hour'],
])('a preflight that found %d stable events is %s, %s', (stableEvents, verdict, code, part) => {
  const found = decidePreflight('checkout', { stableEvents });
  expect(found).toMatchObject({ verdict, code });
  expect(found.reason).toContain(part);
  expect(found.reason.startsWith('checkout: ')).toBe(true);
});
