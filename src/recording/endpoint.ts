/** The group of requests that name no method or path: probes for other protocols, broken clients. */
export const UNREADABLE_REQUEST = 'unreadable request';

const METHOD = /^[A-Z][A-Z-]{0,19}$/;
const NUMBER = /^\d+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Twelve digits and more: object ids, hashes, trace ids; shorter ones are words such as "facade". */
const LONG_HEX = /^[0-9a-f]{12,}$/i;
/** Names end up in reasons and pages; no route that people write is longer. */
const LONGEST = 160;

/**
 * The endpoint of a request: `GET /users/42/orders?page=2` becomes `GET /users/{id}/orders`. Query, fragment,
 * path parameters (`;jsessionid=`) and the host of an absolute URL are dropped; numbers, UUIDs and long
 * hexadecimal names become `{id}`, so that the number of endpoints stays bounded.
 */
export function endpointOf(method: string | undefined, path: string | undefined): string {
  if (method === undefined || !METHOD.test(method)) return UNREADABLE_REQUEST;
  if (path === undefined || path === '') return UNREADABLE_REQUEST;
  const end = path.search(/[?#;]/);
  const bare = withoutHost(end === -1 ? path : path.slice(0, end));
  if (!bare.startsWith('/') && bare !== '*') return UNREADABLE_REQUEST;
  const segments = bare.split('/').map((segment) => (isId(segment) ? '{id}' : segment));
  return `${method} ${segments.join('/')}`.slice(0, LONGEST);
}

function withoutHost(path: string): string {
  const [host] = /^https?:\/\/[^/]*/i.exec(path) ?? [];
  if (host === undefined) return path;
  return path.length === host.length ? '/' : path.slice(host.length);
}

function isId(segment: string): boolean {
  return NUMBER.test(segment) || UUID.test(segment) || LONG_HEX.test(segment);
}

/** Method, path and protocol of a request line; each undefined where it is not there. */
export function splitRequest(request: string): { method?: string; path?: string; protocol?: string } {
  const first = request.indexOf(' ');
  if (first <= 0) return {};
  const method = request.slice(0, first);
  const last = request.lastIndexOf(' ');
  const protocol = request.slice(last + 1);
  // Paths with unescaped blanks exist; only a protocol at the end is not part of the path.
  if (last > first && protocol.startsWith('HTTP/'))
    return { method, path: request.slice(first + 1, last), protocol };
  return { method, path: request.slice(first + 1) };
}
