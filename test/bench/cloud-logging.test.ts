import { expect, test } from 'vitest';
import { runCanaries, type Outcome } from '../../bench/cloud-logging/canaries.ts';

function figures(name: string, { looks, calls, entries, bytes, mostCalls, busiestMinute }: Outcome): void {
  const each = (total: number): string => (total / looks).toFixed(1);
  console.log(
    `${name}: ${each(calls)} calls (at most ${String(mostCalls)}), ${each(entries)} entries, ${each(bytes / 1024)} KiB a decision; at most ${String(busiestMinute)} calls a minute in the project`,
  );
}

test(
  'a two-hour canary at 20 requests a second stays within 6 calls a minute',
  { timeout: 90_000 },
  async () => {
    const outcome = await runCanaries({ canaries: 1, rps: 20, minutes: 120, people: 0 });
    figures('one canary', outcome);
    expect(outcome.mostCalls).toBeLessThanOrEqual(6);
    // Every settled entry once, 144,000 less the last minutes and little before the canary begins; and some twice, for
    // counts are asked for again until they were measured five minutes after their lag.
    expect(outcome.entries).toBeGreaterThan(138_000);
    expect(outcome.entries).toBeLessThan(180_000);
    expect(outcome.firstVerdict).toEqual([5]);
    expect(Object.keys(outcome.verdicts)).toEqual(['pass no-harm']);
  },
);

test(
  "twenty such canaries keep to the project's quota, people are never refused, and each decides or says why not",
  { timeout: 90_000 },
  async () => {
    const outcome = await runCanaries({ canaries: 20, rps: 20, minutes: 20, people: 20 });
    figures('twenty canaries', outcome);
    expect(outcome.refusedByQuota).toBe(0);
    expect(outcome.busiestMinute).toBeLessThanOrEqual(60);
    expect(outcome.mostCalls).toBeLessThanOrEqual(6);
    expect(outcome.firstVerdict.filter((first) => first === null)).toEqual([]);
    const known = ['pass no-harm', 'inconclusive provider-quota', 'inconclusive stale-data'];
    expect(Object.keys(outcome.verdicts).filter((name) => !known.includes(name))).toEqual([]);
    for (const [canary, first] of outcome.firstVerdict.entries())
      expect([canary, first !== null || /calls?|budget|old/.test(outcome.lastReasons[canary] ?? '')]).toEqual(
        [canary, true],
      );
  },
);
