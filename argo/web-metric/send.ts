import type { WebRequest } from './request.ts';

/** Where the names in templates lead: `host[:port]` of the cluster to an origin such as `http://127.0.0.1:4100`. */
export type Hosts = Readonly<Record<string, string>>;

/** What came back, or Argo's error. `timedOut` is set where the whole timeout was used up. */
export type Sent = { readonly body: Uint8Array } | { readonly error: string; readonly timedOut: boolean };

/** Sends one request, following redirects, within its timeout (which runs in real time). */
export async function send(request: WebRequest, hosts: Hosts): Promise<Sent> {
  const verb = `${request.method.charAt(0)}${request.method.slice(1).toLowerCase()} "${request.url}"`;
  const target = rewrite(request.url, hosts);
  if (target === undefined) return { error: `parse "${request.url}": invalid URL`, timedOut: false };
  try {
    const response = await fetch(target, {
      method: request.method,
      headers: request.headers,
      signal: AbortSignal.timeout(request.timeoutMs),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    if (response.status < 200 || response.status >= 300) {
      await response.body?.cancel();
      return { error: `received non 2xx response code: ${String(response.status)}`, timedOut: false };
    }
    return { body: await readAll(response) };
  } catch (error) {
    return { error: `${verb}: ${causeOf(error)}`, timedOut: isTimeout(error) };
  }
}

async function readAll(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

function rewrite(url: string, hosts: Hosts): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const origin = hosts[parsed.host] ?? hosts['*'];
  return origin === undefined ? parsed : new URL(`${parsed.pathname}${parsed.search}`, origin);
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

function causeOf(error: unknown): string {
  if (isTimeout(error)) {
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const { code, address, port } = networkDetails(cause);
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`;
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'EOF';
  return cause.message;
}

function networkDetails(error: Error): { code: string; address: string; port: string } {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const read = (key: string): string => {
    const value: unknown = inner instanceof Error ? Reflect.get(inner, key) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return { code: read('code'), address: read('address'), port: read('port') };
}
