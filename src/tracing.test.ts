import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, describe, expect, test } from 'vitest';
import { ask } from '../test/support/ask.ts';
import { folderWith } from '../test/support/folder.ts';
import { SHOP } from '../test/support/shop.ts';
import { startService } from '../test/serve-process.ts';
import { openTracing } from './tracing.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** A collector that speaks OTLP over HTTP with JSON bodies. */
async function collector(): Promise<{ url: string; spans: Span[] }> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      spans.push(
        ...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
      );
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, spans };
}

describe('tracing', () => {
  test('is off unless an endpoint is named', async () => {
    expect((await openTracing({})).isOn).toBe(false);
    const named = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' };
    expect((await openTracing(named)).isOn).toBe(false);
  });

  test('shows request, provider call and decision of one analysis as one trace', async () => {
    const { url, spans } = await collector();
    const service = await startService({
      slos: folderWith({ ...SHOP }),
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
    });
    await ask(service, { slo: 'checkout' });
    await service.stop();
    const names = spans.map(({ name }) => name);
    for (const name of ['analysis', 'fetch counts', 'decide']) expect(names).toContain(name);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const analysis = spans.find(({ name }) => name === 'analysis');
    expect(analysis?.attributes).toContainEqual({ key: 'burngate.verdict', value: { stringValue: 'fail' } });
  });

  test('to a collector that is away delays neither answers nor the end', async () => {
    const service = await startService({
      slos: folderWith({ ...SHOP }),
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    expect(await ask(service, { slo: 'checkout' })).toMatchObject({ verdict: 'fail' });
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
