import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { MINUTE, SECOND } from '../../src/core/units.ts';
import { Bench, data, LABELS, REQUEST, START, text, told } from './emulator/bench.ts';
import type { Disturbance } from './emulator/server.ts';

const hang: Disturbance = () => undefined;
const writing =
  (write: (response: ServerResponse) => void): Disturbance =>
  (response) => {
    write(response);
    return undefined;
  };

describe('a server that does not answer as it should', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.open();
  });
  afterEach(async () => {
    await bench.close();
  });

  test.each<[string, Disturbance, string, boolean]>([
    ['never answers', hang, 'provider-timeout', true],
    [
      'sends a part and hangs',
      writing((response) => response.writeHead(200).write('{"status"')),
      'provider-timeout',
      true,
    ],
    ['hangs up', writing((response) => response.destroy()), 'provider-unavailable', true],
    ['is overloaded', text(503, 'no healthy upstream'), 'provider-unavailable', true],
    ['gives up the query', told(503, 'timeout', 'query timed out'), 'provider-timeout', true],
    ['limits our calls', text(429, '{}', { 'retry-after': '7' }), 'provider-quota', true],
    ['does not know us', text(401, 'no'), 'provider-denied', false],
    ['forbids it', told(403, '', 'no org id'), 'provider-denied', false],
    [
      'sends us to another host',
      text(302, '', { location: 'http://127.0.0.1:1/login' }),
      'provider-denied',
      false,
    ],
    ['has no such path', text(404, '404 page not found'), 'provider-rejected', false],
    ['refuses the query', told(400, 'bad_data', 'parse error'), 'provider-rejected', false],
    ['cannot run the query', told(422, 'execution', 'many-to-many matching'), 'provider-rejected', false],
    ['answers with a page', text(200, '<html>Sign in</html>'), 'provider-garbled', true],
    ['cuts its JSON short', text(200, '{"status":"success","data":{"resul'), 'provider-garbled', true],
    ['answers with nothing', text(200, ''), 'provider-garbled', true],
    ['answers null', text(200, 'null'), 'provider-garbled', true],
    ['says error with 200', told(200, 'internal', 'x'), 'provider-garbled', true],
    [
      'says it is packed and is not',
      text(200, '{}', { 'content-encoding': 'gzip' }),
      'provider-garbled',
      true,
    ],
    [
      'gives one value for many',
      data([{ metric: {}, value: [START / 1000, '1'] }], 'vector'),
      'provider-garbled',
      true,
    ],
    ['gives samples of another time', data([{ metric: {}, values: [[1, '1']] }]), 'provider-garbled', true],
    [
      'gives samples out of order',
      data([
        {
          metric: {},
          values: [
            [START / 1000, '1'],
            [START / 1000, '1'],
          ],
        },
      ]),
      'provider-garbled',
      true,
    ],
    [
      'gives a number that is none',
      data([{ metric: {}, values: [[START / 1000, '1x']] }]),
      'provider-garbled',
      true,
    ],
    [
      'gives numbers for texts',
      data([{ metric: {}, values: [[START / 1000, 1]] }]),
      'provider-garbled',
      true,
    ],
    ['gives a scalar', data([START / 1000, '1'], 'scalar'), 'provider-garbled', true],
    [
      'gives a series twice',
      data([1, 2].map(() => ({ metric: { pod: 'web-abc-1' }, values: [[START / 1000, '1']] }))),
      'provider-garbled',
      true,
    ],
  ])('and %s', async (_, answer, code, retryable) => {
    bench.emulator.disturbance = answer;
    // Only who hangs is not waited for: this machine may be slow as well.
    const patience = code === 'provider-timeout' ? { BURNGATE_PROMETHEUS_TIMEOUT: '300ms' } : {};
    const error: unknown = await bench.ask(patience).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'ProviderError', code, retryable });
    expect(error).toMatchObject({ remedy: expect.stringMatching(/\w/) as string });
    expect(String(error)).not.toMatch(/Sign in|no healthy|[\p{Cc}]/u);
    expect(bench.calls[0]).toBe(code === 'provider-garbled' && bench.calls[0] === 'ok' ? 'ok' : code);
  });

  test('is not asked again before the time it named', async () => {
    let now = 1_000_000;
    bench.emulator.disturbance = text(429, '{}', { 'retry-after': '7' });
    const provider = await bench.provider({}, { now: () => now });
    const again = async () => provider.fetchCounts(REQUEST, new AbortController().signal);
    await expect(again()).rejects.toMatchObject({ code: 'provider-quota' });
    const asked = bench.emulator.requests.length;
    bench.emulator.disturbance = null;
    await expect(again()).rejects.toMatchObject({ code: 'provider-quota' });
    expect(bench.emulator.requests).toHaveLength(asked);
    now += 7 * SECOND + 1;
    await expect(again()).resolves.toMatchObject({ complete: true });
  });

  test.each([
    ['warnings', { warnings: ['No StoreAPIs matched for this query'] }, /No StoreAPIs/],
    ['a mark that it is partial', { isPartial: true }, /partial/],
  ])('and gives a part of the data with %s, which is not judged', async (_, beside, missing) => {
    bench.emulator.beside = beside;
    const { complete } = await bench.ask();
    expect(complete).toMatchObject({ missing: expect.stringMatching(missing) as string });
  });

  test('and remarks on the query are notes, wherever they stand', async () => {
    bench.emulator.beside = { infos: ['PromQL info: one'], warnings: ['PromQL info: two'] };
    const { complete, notes } = await bench.ask();
    expect(complete).toBe(true);
    expect(notes.join()).toMatch(/one.*two|two.*one/);
  });

  test('and moves points off the steps that were asked for', async () => {
    bench.emulator.disturbance = data([{ metric: LABELS, values: [[START / 1000 + 7, '1']] }]);
    await expect(bench.ask({ BURNGATE_PROMETHEUS_READ: 'steps' })).rejects.toMatchObject({
      code: 'provider-garbled',
    });
  });

  test('and answers more than fits is asked for smaller spans, with the same counts', async () => {
    const whole = await bench.ask();
    bench.emulator.disturbance = (response, request) => {
      const [, seconds = '0'] = /\[(\d+)s\]$/.exec(request.form.get('query') ?? '') ?? [];
      if (Number(seconds) <= 17 * 60) return 'pass';
      return told(
        422,
        'execution',
        'query processing would load too many samples into memory',
      )(response, request);
    };
    const parts = await bench.ask();
    expect(parts.series).toEqual(whole.series);
    expect(parts.notes.join()).toMatch(/in parts/);
  });

  test('and one bucket is beyond the bound of an answer, packed or not', async () => {
    const many = Array.from({ length: 40_000 }, (_, nth) => ({
      metric: { ...LABELS, path: `/${String(nth)}` },
      values: [[START / 1000, '1']],
    }));
    bench.emulator.disturbance = data(many);
    await expect(bench.ask({ BURNGATE_PROMETHEUS_MAX_ANSWER_MB: '1' })).rejects.toMatchObject({
      code: 'provider-rejected',
      message: expect.stringMatching(/too many/) as string,
    });
  });

  test('and its clock is behind ours: its counts are settled by its clock', async () => {
    const now = Date.now() + 10 * MINUTE;
    const { settledUntil, notes } = await bench.ask({}, { deps: { now: () => now } });
    expect(settledUntil).toBeGreaterThan(now - 13 * MINUTE);
    expect(settledUntil).toBeLessThan(now - 11 * MINUTE);
    expect(notes.join()).toMatch(/clock is 10m(?:01s)? behind ours/);
  });

  test('and its clock agrees: how long counts settle is left to the caller', async () => {
    expect(await bench.ask()).not.toHaveProperty('settledUntil');
  });

  test('and its caller gives up in the middle of a call', async () => {
    bench.emulator.disturbance = hang;
    const controller = new AbortController();
    const reason = new Error('enough');
    const answer = bench.ask({}, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 20);
    await expect(answer).rejects.toBe(reason);
    expect(bench.calls).toEqual(['aborted']);
  });

  test('and the provider is closed under a call', async () => {
    bench.emulator.disturbance = hang;
    const answer = bench.ask();
    setTimeout(() => void bench.closeProviders(), 20);
    await expect(answer).rejects.toMatchObject({ message: 'The provider prometheus is closed.' });
  });
});
