import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Measurement } from '../../core/recorder.ts';
import type { Filed, HistoryLog } from './history-store.ts';
import { HistoryWriter, type HistoryEvent, type HistoryWriterOptions } from './history-writer.ts';

function look(at: number): Measurement {
  return {
    analysis: 'a',
    slo: 's',
    at,
    verdict: 'pass',
    code: 'no-harm',
    reason: '',
    release: { canary: 'c', stable: null },
  };
}

/** A store whose trouble the test decides. */
class Store implements HistoryLog {
  readonly stored: number[] = [];
  trouble: ((batch: readonly Filed[]) => Error | null) | null = null;
  snapshotFails = true;
  appends = 0;
  closed = false;

  async append(batch: readonly Filed[]) {
    this.appends += 1;
    await sleep(0);
    const error = this.trouble?.(batch) ?? null;
    if (error !== null) throw error;
    this.stored.push(...batch.map(({ measurement }) => measurement.at));
    return { stored: batch.length, repeated: 0 };
  }
  async snapshot(): Promise<void> {
    if (this.snapshotFails) throw new Error('down');
  }
  async prune(): Promise<number> {
    return 0;
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

function writerOf(store: Store, options: Partial<HistoryWriterOptions> = {}) {
  const events: HistoryEvent[] = [];
  const writer = new HistoryWriter({
    open: async () => store,
    serviceOf: () => 'shop',
    retention: { maxAge: 1e12, maxBytes: 1e12 },
    clock: () => 0,
    onEvent: (event) => events.push(event),
    pauses: { first: 1, longest: 4 },
    ...options,
  });
  return { writer, events, kinds: () => events.map(({ kind }) => kind) };
}

const times = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('the writer of the history', () => {
  test('writes everything in order, in batches', async () => {
    const store = new Store();
    const { writer } = writerOf(store);
    for (const at of times(100)) writer.record(look(at));
    await vi.waitFor(() => {
      expect(store.stored).toEqual(times(100));
    });
    expect(store.appends).toBeLessThan(20);
  });

  test('does nothing within record but remember', () => {
    const store = new Store();
    const { writer } = writerOf(store);
    writer.record(look(1));
    expect(store.appends).toBe(0);
    expect(writer.waiting).toBe(1);
  });

  test('tries again until the store is back, says so once, and loses nothing', async () => {
    const store = new Store();
    store.trouble = () => new Error('connection refused');
    const { writer, kinds } = writerOf(store);
    for (const at of times(50)) writer.record(look(at));
    await vi.waitFor(() => {
      expect(store.appends).toBeGreaterThan(3);
    });
    expect(writer.up).toBe(false);
    store.trouble = null;
    await vi.waitFor(() => {
      expect(store.stored).toEqual(times(50));
    });
    expect(writer.up).toBe(true);
    expect(kinds().filter((kind) => kind !== 'written')).toEqual(['down', 'up']);
  });

  test('opens the store again after it could not be opened', async () => {
    const store = new Store();
    let tries = 0;
    const { writer } = writerOf(store, {
      open: async () => {
        tries += 1;
        if (tries < 3) throw new Error('read-only file system');
        return store;
      },
    });
    writer.record(look(7));
    await vi.waitFor(() => {
      expect(store.stored).toEqual([7]);
    });
  });

  test('beyond its bytes drops the oldest, and tells each one that is lost', async () => {
    const store = new Store();
    store.trouble = () => new Error('disk full');
    const { writer, events } = writerOf(store, { mostBytes: 20_000 });
    for (const at of times(100)) writer.record(look(at));
    await sleep(0);
    const lost = events.flatMap((event) =>
      event.kind === 'dropped' ? event.measurements.map(({ at }) => at) : [],
    );
    store.trouble = null;
    await vi.waitFor(() => {
      expect(writer.waiting).toBe(0);
    });
    expect(store.stored).toHaveLength(10);
    expect([...lost, ...store.stored].toSorted((a, b) => a - b)).toEqual(times(100));
    expect(store.stored.slice(-9)).toEqual(times(100).slice(-9));
  });

  test('gives one measurement up that the store refuses while it takes others', async () => {
    const store = new Store();
    store.snapshotFails = false;
    store.trouble = (batch) =>
      batch.some(({ measurement }) => measurement.at === 3) ? new Error('bad row') : null;
    const { writer, events } = writerOf(store);
    for (const at of times(6)) writer.record(look(at));
    await vi.waitFor(() => {
      expect(store.stored).toEqual([0, 1, 2, 4, 5]);
    });
    expect(events.find(({ kind }) => kind === 'dropped')).toMatchObject({
      why: expect.stringContaining('bad row') as string,
    });
  });

  test('writes what waits when it is closed, and closes the store', async () => {
    const store = new Store();
    const { writer } = writerOf(store);
    for (const at of times(40)) writer.record(look(at));
    await writer.close(5000);
    expect(store.stored).toEqual(times(40));
    expect(store.closed).toBe(true);
  });

  test('closed while the store is down, tells what is lost and does not wait', async () => {
    const store = new Store();
    store.trouble = () => new Error('down');
    const { writer, events } = writerOf(store, { pauses: { first: 60_000, longest: 60_000 } });
    writer.record(look(1));
    await vi.waitFor(() => {
      expect(writer.up).toBe(false);
    });
    await writer.close(1000);
    expect(events.at(-1)).toMatchObject({ kind: 'dropped', measurements: [{ at: 1 }] });
  });
});
