import { SpanStatusCode, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api';
import { ProviderError } from './core/errors.ts';
import type { AnyProvider } from './core/provider.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Spans of requests, provider calls and decisions; off unless an OTLP endpoint is named. */
export interface Tracing {
  readonly isOn: boolean;
  /** Runs work inside a span; `after` may say what came out. */
  span<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
    after?: (result: T) => Attributes,
  ): Promise<T>;
  /** The provider with a span for each call that analyses make. */
  traced(name: string, provider: AnyProvider): AnyProvider;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Flushing must not hold up the end of a process whose collector is away. */
const FLUSH_MS = 2000;

/**
 * OpenTelemetry by the variables that every exporter reads (OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SERVICE_NAME, OTEL_SDK_DISABLED). The SDK is loaded only where one is set.
 */
export async function openTracing(env: Env): Promise<Tracing> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  if (endpoint === '' || env['OTEL_SDK_DISABLED'] === 'true') return OFF;
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const sdk = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': env['OTEL_SERVICE_NAME'] ?? 'burngate' }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: FLUSH_MS }))],
  });
  sdk.register();
  return new OpenTelemetry(trace.getTracer('burngate'), async () => sdk.shutdown());
}

const OFF: Tracing = {
  isOn: false,
  span: async (_name, _attributes, work) => work(),
  traced: (_name, provider) => provider,
  stop: async () => undefined,
};

class OpenTelemetry implements Tracing {
  readonly isOn = true;
  readonly #tracer: Tracer;
  readonly #shutdown: () => Promise<void>;

  constructor(tracer: Tracer, shutdown: () => Promise<void>) {
    this.#tracer = tracer;
    this.#shutdown = shutdown;
  }

  async span<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
    after?: (result: T) => Attributes,
  ): Promise<T> {
    return this.#tracer.startActiveSpan(name, { attributes }, async (span) => {
      try {
        const result = await work();
        if (after !== undefined) span.setAttributes(after(result));
        return result;
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  traced(name: string, provider: AnyProvider): AnyProvider {
    const attributes = { 'burngate.provider': name };
    return {
      checkAccess: async (queries, signal) => provider.checkAccess(queries, signal),
      close: async () => provider.close(),
      fetchCounts: async (request, signal) =>
        this.span(
          'fetch counts',
          {
            ...attributes,
            'burngate.window.start': new Date(request.window.start).toISOString(),
            'burngate.window.end': new Date(request.window.end).toISOString(),
          },
          async () => provider.fetchCounts(request, signal),
          ({ queriesSent }) => ({ 'burngate.queries': queriesSent.length }),
        ),
      settlingLag: async (queries, signal) =>
        this.span('settling lag', attributes, async () => provider.settlingLag(queries, signal)),
    };
  }

  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_MS);
    });
    // A collector that is away is no reason not to end.
    await Promise.race([this.#shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

/** The fault's code, never its message: queries and label values stay out of traces. */
function markFailed(span: Span, error: unknown): void {
  const code = error instanceof ProviderError ? error.code : 'internal';
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  span.setAttribute('burngate.fault', code);
}
