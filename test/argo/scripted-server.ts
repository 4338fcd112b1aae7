import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer, or `hang` to let the client wait. */
export type Scripted =
  { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string } | 'hang';

/** A real HTTP server on a free port whose answers the test decides, request by request. */
export async function scriptedServer(answer: (seen: Seen, index: number) => Scripted) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const entry = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      seen.push(entry);
      const scripted = answer(entry, seen.length - 1);
      if (scripted === 'hang') return;
      response.writeHead(scripted.status ?? 200, scripted.headers).end(scripted.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${String(port)}`, seen, close };
}
