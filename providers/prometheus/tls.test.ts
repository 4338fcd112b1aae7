import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tempFolder } from '../../test/support/temp-file.ts';
import { REQUEST } from './emulator/bench.ts';
import { openProvider } from './emulator/open-for-test.ts';

const run = promisify(execFile);
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);

/** A certificate that signs itself, for 127.0.0.1. */
async function certificate(folder: string, name: string): Promise<{ cert: string; key: string }> {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const flags = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', [...flags, ...names, '-keyout', key, '-out', cert]);
  return { cert, key };
}

describe.skipIf(!hasOpenssl && (process.env['CI'] ?? '') === '')('a server with TLS (needs openssl)', () => {
  let server: Server;
  let url: string;
  let files: Record<'ca' | 'cert' | 'key', string>;
  let seen: string[];
  let folder: string;
  beforeEach(async () => {
    folder = await tempFolder();
    const [own, client] = [await certificate(folder, 'server'), await certificate(folder, 'client')];
    files = { ca: own.cert, ...client };
    seen = [];
    const [key, cert, ca] = await Promise.all(
      [own.key, own.cert, client.cert].map(async (file) => readFile(file)),
    );
    server = createServer(
      { key, cert, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        seen.push(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : 'nobody');
        response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = async (env: Readonly<Record<string, string>>, now = Date.now) => {
    const provider = await openProvider(url, env, { now });
    const fetch = async () => provider.fetchCounts(REQUEST, new AbortController().signal);
    return { fetch, close: async () => provider.close() };
  };

  test('whose authority is not known is not talked to', async () => {
    const { fetch, close } = await ask({});
    await expect(fetch()).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(seen).toEqual([]);
    await close();
  });

  test('is known by its authority and knows us by our certificate', async () => {
    const { fetch, close } = await ask({
      BURNGATE_PROMETHEUS_CA_FILE: files.ca,
      BURNGATE_PROMETHEUS_CERT_FILE: files.cert,
      BURNGATE_PROMETHEUS_KEY_FILE: files.key,
    });
    await fetch();
    expect(seen).toEqual(['client']);
    await close();
  });

  test('is shown a renewed certificate within a minute, without a restart', async () => {
    let now = Date.now();
    const { fetch, close } = await ask(
      {
        BURNGATE_PROMETHEUS_CA_FILE: files.ca,
        BURNGATE_PROMETHEUS_CERT_FILE: files.cert,
        BURNGATE_PROMETHEUS_KEY_FILE: files.key,
      },
      () => now,
    );
    await fetch();
    const stranger = await certificate(folder, 'renewed');
    await writeFile(files.cert, await readFile(stranger.cert));
    await writeFile(files.key, await readFile(stranger.key));
    now += 61_000;
    await fetch();
    expect(seen).toEqual(['client', 'nobody']);
    await rm(files.key);
    now += 61_000;
    await expect(fetch()).rejects.toMatchObject({ code: 'provider-denied' });
    await close();
  });
});
