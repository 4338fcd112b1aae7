import { connect, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { ask, answerOf, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { head } from '../support/raw-http.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

/** All of them by `npm run test:faults`; enough to see the same in every test run. */
const MALFORMED = process.env['BURNGATE_SOAK_SECONDS'] === undefined ? 3000 : 100_000;
const service = served({
  slos: folderWith({ ...SHOP }),
  flags: ['--log-level', 'silent'],
  // As the image in its container: without a bound, V8 lets garbage lie.
  node: ['--max-semi-space-size=8', '--max-old-space-size=256'],
});
const sockets: Socket[] = [];

afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

async function open(count: number, first: string): Promise<void> {
  await Promise.all(
    Array.from(
      { length: count },
      async () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(service().port, '127.0.0.1', () => {
            if (first !== '') socket.write(first);
            resolve();
          });
          socket.on('error', reject);
          socket.once('close', () => socket.removeAllListeners('error').on('error', () => undefined));
          sockets.push(socket);
        }),
    ),
  );
}

/** Resident memory of the service, in MiB. */
function residentMib(): number {
  const status = readFileSync(`/proc/${String(service().pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Infinity) / 1024;
}

describe('a service', () => {
  test('with 2,000 idle connections answers as without, in less than 300 MiB', async () => {
    await open(2000, '');
    expect(await ask(service(), { slo: 'checkout' })).toMatchObject({ verdict: 'fail' });
    expect(residentMib()).toBeLessThan(300);
  });

  test('with 500 requests that never end (slow-loris) answers as without, and ends them', async () => {
    const before = sockets.length;
    await open(500, head('POST /v1/analysis', { 'Content-Length': 1000 }) + '{');
    const drip = setInterval(() => {
      for (const socket of sockets.slice(before)) if (socket.writable) socket.write(' ');
    }, 1000);
    expect(await ask(service(), { slo: 'checkout' })).toMatchObject({ verdict: 'fail' });
    await expect
      .poll(() => sockets.slice(before).filter((socket) => !socket.destroyed).length, {
        timeout: 25_000,
        interval: 500,
      })
      .toBe(0);
    clearInterval(drip);
  }, 40_000);

  test(`answers each of ${String(MALFORMED)} malformed requests, and the next good one as before`, async () => {
    const good = (await post(service(), JSON.stringify(GOOD))).text;
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{"slo":1}',
      '{"slo":"search"}',
      '\u0000',
      '{"slo":{"$ne":""}}',
    ];
    for (let done = 0; done < MALFORMED; done += 50) {
      const replies = await Promise.all(
        Array.from({ length: 50 }, async (_, index) =>
          post(service(), bodies[(done + index) % bodies.length] ?? ''),
        ),
      );
      for (const reply of replies) expect(answerOf(reply)).toMatchObject({ verdict: 'inconclusive' });
    }
    expect((await post(service(), JSON.stringify(GOOD))).text).toBe(good);
    expect(residentMib()).toBeLessThan(300);
  }, 600_000);
});
