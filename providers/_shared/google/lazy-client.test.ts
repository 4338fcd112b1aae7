import { expect, test } from 'vitest';
import { LazyClient } from './lazy-client.ts';

const { signal } = new AbortController();

test('opens once, with the first call, and closes what it opened', async () => {
  const log: string[] = [];
  const lazy = new LazyClient(
    async () => {
      log.push('open');
      return {};
    },
    async () => void log.push('shut'),
  );
  expect(await Promise.all([lazy.get(signal), lazy.get(signal)])).toEqual([{}, {}]);
  await lazy.close();
  await lazy.close();
  expect(log).toEqual(['open', 'shut']);
  await expect(lazy.get(signal)).rejects.toMatchObject({ code: 'provider-unavailable' });
});

test('an opening that failed is tried again', async () => {
  let tries = 0;
  const lazy = new LazyClient(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error('no token');
      return tries;
    },
    async () => undefined,
  );
  await expect(lazy.get(signal)).rejects.toThrow('no token');
  expect(await lazy.get(signal)).toBe(2);
  lazy.renew();
  expect(await lazy.get(signal)).toBe(3);
});

test('an opening that hangs ends with the deadline or the caller, and goes on', async () => {
  const opened = Promise.withResolvers<string>();
  const lazy = new LazyClient(
    async () => opened.promise,
    async () => undefined,
  );
  await expect(lazy.get(signal, 10)).rejects.toMatchObject({ code: 'provider-timeout' });
  await expect(lazy.get(AbortSignal.timeout(10))).rejects.toThrow(/timeout/);
  opened.resolve('client');
  expect(await lazy.get(signal)).toBe('client');
});
