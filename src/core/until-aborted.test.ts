import { describe, expect, test } from 'vitest';
import { untilAborted } from './until-aborted.ts';

const forever = new Promise<never>(() => undefined);

describe('waiting until aborted', () => {
  test('gives the result of work that ends in time', async () => {
    expect(await untilAborted(Promise.resolve(7), new AbortController().signal)).toBe(7);
  });

  test('passes on what goes wrong in time', async () => {
    const work = Promise.reject(new Error('broken'));
    await expect(untilAborted(work, new AbortController().signal)).rejects.toThrow('broken');
  });

  test('ends with the reason of the signal, whatever the work does', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(forever, controller.signal);
    controller.abort(new Error('time is up'));
    await expect(waiting).rejects.toThrow('time is up');
  });

  test('ends at once where the signal was aborted before', async () => {
    await expect(untilAborted(forever, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  test('drops what goes wrong afterwards', async () => {
    const controller = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const waiting = untilAborted(promise, controller.signal);
    controller.abort(new Error('time is up'));
    reject(new Error('later'));
    await expect(waiting).rejects.toThrow('time is up');
  });
});
