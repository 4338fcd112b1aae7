import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { head, RawConnection } from '../support/raw-http.ts';
import { SHOP, sloYaml } from '../support/shop.ts';
import { ServiceDidNotStart, startService, type Service } from '../serve-process.ts';

const line = '10.0.0.7 - - [01/Mar/2024:10:00:00 +0000] "GET /items HTTP/1.1" 200 512\n';
const member = gzipSync(line.repeat(100_000));
const slow = sloYaml({ name: 'slow', path: 'access.log.gz', annotations: { 'burngate.io/scope': 'global' } });
const slos = folderWith({
  ...SHOP,
  // Takes longer to read than any deadline.
  'slow.yaml': slow.replaceAll(
    'settlingLag: 2m',
    'settlingLag: 2m, format: combined, canary: { share: 0.1, seed: 1 }',
  ),
  'access.log.gz': Buffer.concat(Array.from({ length: 300 }, () => member)),
});
const REQUEST = JSON.stringify(GOOD);

async function started(...flags: string[]): Promise<Service> {
  const service = await startService({ slos, flags });
  onTestFinished(async () => {
    await service.kill();
  });
  return service;
}

async function inFlight(service: Service, count: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    if (text.includes(`burngate_analyses_in_flight ${String(count)}\n`)) return;
  }
}

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends with code 0 and without a word on stdout',
    async (signal) => {
      const service = await started();
      process.kill(service.pid, signal);
      expect(await service.exited).toEqual({ code: 0, signal: null });
      expect(service.stdout()).toBe(`listening ${service.url}\n`);
      expect(service.logs().map(({ msg }) => msg)).toEqual(['ready', 'stopped']);
    },
  );

  test('a request in flight at SIGTERM is answered', async () => {
    const service = await started('--deadline', '2s');
    const raw = new RawConnection(service.port);
    const body = REQUEST.replace('search', 'slow');
    raw.write(head('POST /v1/analysis', { 'Content-Length': body.length }), body);
    await inFlight(service, 1);
    process.kill(service.pid, 'SIGTERM');
    expect((await raw.responses(1))[0]?.body).toContain('"code":"deadline"');
    raw.destroy();
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(service.logs().map(({ msg }) => msg)).toEqual(['ready', 'verdict', 'stopped']);
  });

  test('a request whose body is still on its way at SIGTERM is answered', async () => {
    const service = await started();
    const raw = new RawConnection(service.port);
    raw.write(head('POST /v1/analysis', { 'Content-Length': REQUEST.length }), REQUEST.slice(0, 10));
    // The answer to another says that the first bytes have arrived before.
    const { text } = await post(service, REQUEST);
    process.kill(service.pid, 'SIGTERM');
    await expect.poll(async () => refusesConnections(service.port)).toBe(true);
    raw.write(REQUEST.slice(10));
    expect((await raw.responses(1))[0]?.body).toBe(text);
    raw.destroy();
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });

  test('idle connections do not hold it up', async () => {
    const service = await started();
    const idle = Array.from({ length: 10 }, () => new RawConnection(service.port));
    for (const raw of idle) raw.write(head('GET /livez'));
    for (const raw of idle) expect((await raw.responses(1))[0]?.status).toBe(200);
    await post(service, REQUEST);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect((await Promise.all(idle.map(async (raw) => raw.untilClosed()))).flat()).toHaveLength(10);
  });

  // A connection that was never used is no idle one to Node: it would hold the process for the ten seconds of an answer.
  test.each([
    ['nothing yet', ''],
    ['half a request line', 'POST /v1/an'],
  ])(
    'connections that have sent %s do not hold it up',
    async (_, first) => {
      const service = await started();
      const spare = Array.from({ length: 10 }, () => new RawConnection(service.port));
      for (const raw of spare) raw.write(first);
      await post(service, REQUEST);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
    },
    8000,
  );

  test('whoever keeps a connection alive is told with the last answer that it ends', async () => {
    const service = await started('--deadline', '2s');
    const raw = new RawConnection(service.port);
    const body = REQUEST.replace('search', 'slow');
    raw.write(head('POST /v1/analysis', { 'Content-Length': body.length, Connection: 'keep-alive' }), body);
    await inFlight(service, 1);
    process.kill(service.pid, 'SIGTERM');
    const [answer] = await raw.untilClosed();
    expect(answer?.headers).toMatchObject({ connection: 'close' });
  });

  test('after it, what was asked before is not known any more, and is judged alike', async () => {
    const first = await started();
    const { text } = await post(first, REQUEST);
    await first.stop();
    const second = await started();
    const { report } = JSON.parse(text) as { report: string };
    expect((await fetch(`${second.url}${report}`)).status).toBe(404);
    expect((await post(second, REQUEST)).text).toBe(text);
    expect((await fetch(`${second.url}${report}`)).status).toBe(200);
  });
});

async function refusesConnections(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${String(port)}/livez`).then(
    () => false,
    () => true,
  );
}

describe('the log', () => {
  test('has one line a verdict on stderr, whatever was sent, and stdout its one line', async () => {
    const service = await started();
    await ask(service, { slo: 'checkout', mode: 'gate', rollout: 'shop', revision: '7', namespace: 'shop' });
    for (const body of ['', '{', 'x'.repeat(100_000), REQUEST, '{"slo":"\\u001b[31m\\n"}'])
      await post(service, body);
    await fetch(`${service.url}/livez`);
    await fetch(`${service.url}/nowhere`);
    await service.stop();
    const verdicts = service.logs().filter(({ msg }) => msg === 'verdict');
    expect(verdicts).toHaveLength(6);
    expect(verdicts[0]).toMatchObject({
      verdict: 'fail',
      code: 'harm-proven',
      reason: expect.stringContaining('canary burns 20.0x') as unknown,
      analysis: expect.stringMatching(/^[0-9a-f]{20}$/) as unknown,
      slo: 'checkout',
      mode: 'gate',
      canary: 'canary',
      stable: 'stable',
      namespace: 'shop',
      rollout: 'shop',
      revision: '7',
      caller: 'anonymous',
      burn: 20,
      durationMs: expect.any(Number) as unknown,
    });
    expect(service.logs()).toHaveLength(verdicts.length + 2);
    expect(service.stderr()).not.toContain('\u001b');
    expect(service.stdout()).toBe(`listening ${service.url}\n`);
  });

  test('is silent where that is asked for', async () => {
    const service = await started('--log-level', 'silent');
    await ask(service);
    await service.stop();
    expect(service.stderr()).toBe('');
  });
});

describe('the beginning', () => {
  test('a port in use is a matter of configuration, said clearly: 78', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      holder.close();
    });
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const failed = await startService({ slos, flags: ['--port', String(port)] }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(ServiceDidNotStart);
    expect(failed).toMatchObject({
      exit: { code: 78, signal: null },
      stdout: '',
      stderr: `burngate: --port, --host: cannot listen on 127.0.0.1:${String(port)} (EADDRINUSE); choose another, or 0 for a free port\n`,
    });
  });

  test('--cluster is the cluster of requests that name none', async () => {
    const west = await started('--cluster', 'west');
    expect(await ask(west, { slo: 'scoped', namespace: 'shop' })).toMatchObject({ verdict: 'fail' });
    expect(await ask(west, { slo: 'scoped', namespace: 'shop', cluster: 'east' })).toMatchObject({
      verdict: 'pass',
    });
  });

  test('--public-url makes report links that can be opened from elsewhere', async () => {
    const service = await started('--public-url', 'https://burngate.example.com/base/');
    const { report, analysis } = await ask(service);
    expect(report).toBe(`https://burngate.example.com/base/analyses/${String(analysis)}`);
  });

  test('every setting has a twin in the environment, and the flag wins', async () => {
    const service = await startService({
      slos,
      flags: ['--log-level', 'silent'],
      env: {
        BURNGATE_PUBLIC_URL: 'https://env.example.com',
        BURNGATE_LOG_LEVEL: 'info',
        BURNGATE_PORT: '1',
        BURNGATE_SLOS: join(slos, 'nowhere'),
      },
    });
    onTestFinished(async () => {
      await service.kill();
    });
    expect((await ask(service)).report).toMatch(/^https:\/\/env\.example\.com\/analyses\//);
    await service.stop();
    expect(service.stderr()).toBe('');
  });
});
