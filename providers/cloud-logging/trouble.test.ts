import { afterEach, describe, expect, test } from 'vitest';
import type { CountsRequest, Fetched } from '../../src/core/provider.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/units.ts';
import { TrafficEntries, type TrafficRow } from './emulator/entry-store.ts';
import {
  ask,
  bench,
  CANARY,
  lines,
  PLACE,
  SPEC,
  STABLE,
  START,
  traffic,
  type Bench,
} from './emulator/fixture.ts';
import type { FaultKind } from './emulator/faults.ts';
import { rowLine } from './emulator/lines.ts';
import { GENEROUS, queryOf } from './emulator/opened.ts';

let open: Bench | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

const never = new AbortController().signal;
const fetchFrom = async (
  { provider }: Bench,
  more: Partial<CountsRequest<unknown>> = {},
  signal = never,
): Promise<Fetched> => provider.fetchCounts(ask(more), signal);

describe('a fault of the API has its own code and remedy, and passes by itself:', () => {
  test.each<[FaultKind, string, boolean]>([
    ['unavailable', 'provider-unavailable', true],
    ['quota', 'provider-quota', true],
    ['denied', 'provider-denied', false],
    ['not found', 'provider-rejected', false],
    ['truncated page', 'provider-garbled', true],
    ['endless token', 'provider-garbled', true],
    ['endless empty pages', 'provider-garbled', true],
    ['entries of another time', 'provider-garbled', true],
  ])('%s', async (kind, code, retryable) => {
    let now = START + 10 * MINUTE;
    open = await bench({ entries: traffic(), now: () => now });
    open.emulator.fault = { kind };
    await expect(fetchFrom(open)).rejects.toMatchObject({
      code,
      retryable,
      remedy: expect.stringMatching(/\w/) as string,
    });
    const report = await open.provider.checkAccess(ask().queries, never);
    expect(report.ok).toBe(!['unavailable', 'quota', 'denied', 'not found'].includes(kind));
    open.emulator.fault = { kind: 'none' };
    // A limit that was hit is left alone for a while.
    now += MINUTE;
    expect((await fetchFrom(open)).series).toHaveLength(4);
  });

  test('a missing permission is named, with the role that has it', async () => {
    open = await bench({ entries: [] });
    open.emulator.fault = { kind: 'denied' };
    expect(await open.provider.checkAccess(ask().queries, never)).toEqual({
      ok: false,
      problem: expect.stringContaining('lacks the permission logging.logEntries.list') as string,
      remedy: expect.stringContaining('roles/logging.viewer') as string,
    });
  });

  test('a server that hangs is given up on after four seconds', { timeout: 10_000 }, async () => {
    open = await bench({ entries: traffic() });
    open.emulator.fault = { kind: 'hang' };
    await expect(fetchFrom(open)).rejects.toMatchObject({ code: 'provider-timeout', retryable: true });
  });

  test('a caller that gives up is told its own reason', async () => {
    open = await bench({ entries: traffic() });
    open.emulator.fault = { kind: 'hang' };
    const controller = new AbortController();
    const answer = fetchFrom(open, {}, controller.signal);
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

const pages = (size: number, look: number, env: object = {}): Record<string, string> => ({
  ...GENEROUS,
  BURNGATE_CLOUD_LOGGING_PAGE_SIZE: String(size),
  BURNGATE_CLOUD_LOGGING_PAGES_PER_LOOK: String(look),
  ...env,
});

describe('where the page budget of a look is spent', () => {
  test('what was read as a whole is exact, and the next look goes on from there', async () => {
    open = await bench({ entries: traffic(), env: pages(30, 4) });
    const first = await fetchFrom(open);
    expect(lines(first.series)).toContain('total stable 0:40 1:40');
    expect(first.settledUntil).toBe(START + 2 * MINUTE);
    expect(first.notes.join()).toContain('the page budget of a look is spent');
    const before = open.emulator.calls.length;
    const second = await fetchFrom(open);
    expect(lines(second.series)).toContain('total stable 0:40 1:40 2:40 3:40');
    const third = await fetchFrom(open);
    expect(lines(third.series)).toContain('total stable 0:40 1:40 2:40 3:40 4:40');
    expect(third.settledUntil).toBeUndefined();
    // Every entry once, but for the bucket that was cut.
    expect(
      open.emulator.calls
        .slice(before)
        .every(({ filter }) => !filter.includes('timestamp>="2026-01-15T10:00')),
    ).toBe(true);
  });

  test.each([7, 13, 40, 49, 50, 51])(
    'going on in the middle of a bucket counts every entry once, pages of %i, several entries at one time',
    async (size) => {
      // Ten entries share each instant, some of them the first of a bucket.
      const entries = traffic().map((line) => ({
        ...line,
        timestamp: Math.floor(line.timestamp / 10_000) * 10_000,
      }));
      open = await bench({ entries, env: pages(size, Math.ceil(60 / size)) });
      const { window } = ask();
      let start = window.start;
      const totals = new Map<number, number>();
      for (let look = 0; look < 40 && start < window.end; look += 1) {
        // As the cache of settled buckets asks: from where the last answer ended.
        const { series, settledUntil = window.end } = await fetchFrom(open, { window: { ...window, start } });
        for (const { role, points } of series)
          for (const [time, events] of role === 'total' ? points : [])
            totals.set(time, (totals.get(time) ?? 0) + events);
        start = settledUntil;
      }
      expect([...totals.values()]).toEqual([50, 50, 50, 50, 50]);
      expect(open.emulator.calls.reduce((sum, call) => sum + call.entries, 0)).toBeLessThan(250 + 40 * 12);
    },
  );

  test('a total of more than can ever be read is a quota fault whose remedy is the log-based metric', async () => {
    open = await bench({
      entries: traffic(),
      env: pages(5, 3, { BURNGATE_CLOUD_LOGGING_CALLS_PER_ANALYSIS: '3' }),
    });
    await expect(fetchFrom(open)).rejects.toMatchObject({
      code: 'provider-quota',
      message: expect.stringMatching(/15 log entries \(3 calls\) .* about \d+ calls are needed/) as string,
      remedy: expect.stringMatching(/burngate advise .*gcloud logging metrics create/) as string,
    });
    // Left alone for a while: the quota is of more use to others.
    const calls = open.emulator.calls.length;
    await expect(fetchFrom(open)).rejects.toMatchObject({ code: 'provider-quota' });
    expect(open.emulator.calls).toHaveLength(calls);
  });

  test('a window of hours is not even begun where the first page shows that it is hopeless', async () => {
    const rows: TrafficRow[] = Array.from({ length: 240 }, (_, minute) => ({
      time: START + minute * MINUTE,
      hash: minute % 2 === 0 ? CANARY : STABLE,
      pod: 'p',
      group: '/',
      good: 60,
      bad: 0,
    }));
    open = await bench({
      entries: [],
      env: pages(10, 6, { BURNGATE_CLOUD_LOGGING_CALLS_PER_ANALYSIS: '6' }),
      now: () => START + 5 * HOUR,
    });
    open.emulator.hold('projects/shop-prod', new TrafficEntries(rows, rowLine(PLACE)));
    const window = { start: START, end: START + 4 * HOUR, bucketMs: MINUTE };
    await expect(fetchFrom(open, { window })).rejects.toMatchObject({ code: 'provider-quota' });
    // One for the canary's start, one page.
    expect(open.emulator.calls).toHaveLength(2);
  });

  test('bad events alone are told as "at least so many", never as fewer than there are', async () => {
    open = await bench({
      entries: traffic().map((line) => ({ ...line, httpRequest: { status: 503 } })),
      env: pages(30, 2),
    });
    const queries = { bad: queryOf({ ...SPEC, status: '5xx' }, 'bad') };
    const { series, settledUntil } = await fetchFrom(open, { queries });
    expect(series).toEqual([
      {
        role: 'bad',
        cohort: 'canary',
        points: [
          [START, 10],
          [START + MINUTE, 10],
        ],
        atMost: [
          [START, 10],
          [START + MINUTE, Infinity],
        ],
      },
      {
        role: 'bad',
        cohort: 'stable',
        points: [
          [START, 40],
          [START + MINUTE, 0],
        ],
        atMost: [
          [START, 40],
          [START + MINUTE, Infinity],
        ],
      },
    ]);
    expect(settledUntil).toBe(START + 2 * MINUTE);
  });
});

describe('economy', () => {
  /** Stable for two hours, the canary for the last ten minutes. */
  const rows = Array.from({ length: 120 }, (_, minute) => {
    const time = START - 120 * MINUTE + minute * MINUTE;
    const row = { time, pod: 'p', group: '/', bad: 0 };
    return [
      { ...row, hash: STABLE, good: 90 },
      ...(minute >= 110 ? [{ ...row, hash: CANARY, good: 10 }] : []),
    ];
  }).flat();
  const window = { start: START - 120 * MINUTE, end: START, bucketMs: MINUTE };

  test('stable is not read before the canary begins, but for one page', async () => {
    open = await bench({ entries: [], env: pages(100, 40), now: () => START + 2 * MINUTE });
    open.emulator.hold('projects/shop-prod', new TrafficEntries(rows, rowLine(PLACE)));
    const { series, notes } = await fetchFrom(open, { window });
    const canary = series.find(({ role, cohort }) => role === 'total' && cohort === 'canary');
    expect(canary?.points).toHaveLength(10);
    expect(notes.join()).toContain('where the canary begins');
    // One to find it, ten pages of a hundred, one before.
    expect(open.emulator.calls.length).toBeLessThanOrEqual(13);
  });

  test('what was settled is not read again, whatever window is asked for', async () => {
    open = await bench({ entries: [], env: pages(100, 40), now: () => START + 10 * MINUTE });
    open.emulator.hold('projects/shop-prod', new TrafficEntries(rows, rowLine(PLACE)));
    const first = await fetchFrom(open, { window });
    const calls = open.emulator.calls.length;
    const again = await fetchFrom(open, { window: { ...window, end: START - MINUTE } });
    expect(open.emulator.calls.length - calls).toBeLessThanOrEqual(1);
    const totals = ({ series }: Fetched): unknown =>
      series.find(({ role, cohort }) => role === 'total' && cohort === 'canary')?.points.slice(0, 9);
    expect(totals(again)).toEqual(totals(first));
  });

  test("no more calls are made in a minute than the project's quota less the reserve", async () => {
    let now = START + 10 * MINUTE;
    const env = pages(10, 1000, {
      BURNGATE_CLOUD_LOGGING_CALLS_PER_MINUTE: '60',
      BURNGATE_CLOUD_LOGGING_RESERVE: '20',
    });
    open = await bench({ entries: traffic(12), env, quota: { clock: () => now }, now: () => now });
    const long = { ...ask().window, end: START + 12 * MINUTE };
    const first = await fetchFrom(open, { window: long });
    expect(open.emulator.quota.busiest).toBe(40);
    expect(first.settledUntil).toBe(START + 7 * MINUTE);
    now += MINUTE + SECOND;
    expect((await fetchFrom(open, { window: long })).settledUntil).toBeUndefined();
    expect(open.emulator.quota.refused).toBe(0);
  });
});

test('the quota of the server itself, spent by others, is bridged by nothing but time', async () => {
  let now = START + 10 * MINUTE;
  open = await bench({ entries: traffic(), quota: { perMinute: 60, clock: () => now }, now: () => now });
  for (let call = 0; call < 60; call += 1) open.emulator.quota.take(['projects/shop-prod'], now);
  await expect(fetchFrom(open)).rejects.toMatchObject({ code: 'provider-quota' });
  now += MINUTE;
  expect((await fetchFrom(open)).series).toHaveLength(4);
});
