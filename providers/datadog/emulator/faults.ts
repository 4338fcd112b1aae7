/** What can go wrong, settable at run time. */
export const FAULTS = [
  'hang',
  'reset',
  'truncated',
  'nan',
  'empty',
  'status-error',
  'errors-200',
  'attributes-null',
  'unknown-type',
  'no-list',
  'short-values',
  'no-tags',
  'negative',
  'text-value',
  'off-grid',
  'enlarged',
  'null-tail',
  'logs-timeout',
  'logs-warning',
  'no-meta',
  'unauthenticated',
  'denied',
  'limited',
  'rejected',
  'server-error',
  'redirect',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How the answer to a call leaves instead. */
export interface Disturbed {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Secrets {
  readonly apiKey: string;
  readonly appKey: string;
}

const errors = (status: number, ...told: readonly string[]): Disturbed => ({
  status,
  text: JSON.stringify({ errors: told }),
});

const STATUS: Readonly<Partial<Record<Fault, (secrets: Secrets) => Disturbed>>> = {
  unauthenticated: () => errors(401, 'Unauthorized'),
  denied: ({ apiKey, appKey }) => errors(403, `Forbidden for ${apiKey} and ${appKey}`),
  limited: () => ({
    ...errors(429, 'Rate limit of 300 requests in 3600 seconds reached'),
    headers: {
      'x-ratelimit-limit': '300',
      'x-ratelimit-period': '3600',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '7',
      'x-ratelimit-name': 'timeseries_query',
    },
  }),
  rejected: ({ apiKey, appKey }) => errors(400, `Error parsing query with key ${appKey} of ${apiKey}`),
  'server-error': ({ apiKey }) => ({ status: 503, text: `<html>upstream of ${apiKey} is gone</html>` }),
  redirect: () => ({ status: 302, text: '', headers: { location: 'http://127.0.0.1:1/elsewhere' } }),
};

/** Answers that are no answers, told by status; null: the fault, if any, lies in the body. */
export function statusFault(fault: Fault | null, secrets: Secrets): Disturbed | null {
  return fault === null ? null : (STATUS[fault]?.(secrets) ?? null);
}

const TEXT: Readonly<Partial<Record<Fault, (text: string) => string>>> = {
  truncated: (text) => text.slice(0, Math.floor(text.length * 0.7)),
  nan: (text) => text.replace(/("values?":\[*|"value":)\d+(?:\.\d+)?/, '$1NaN'),
  empty: () => '',
  'status-error': () => '{"status":"error","error":"query timed out","series":[]}',
  'errors-200': () => '{"errors":"internal failure"}',
  'attributes-null': () => '{"data":{"id":"0","type":"timeseries_response","attributes":null}}',
  'unknown-type': (text) => text.replace('"timeseries_response"', '"new"').replace('"buckets"', '"new"'),
  'no-list': (text) => text.replace(/"(values|c0)":\[/, '"lost":['),
};

interface Mutable {
  data?: {
    attributes?: {
      series: { group_tags: string[] }[];
      times: number[];
      values: (number | null | string)[][];
    };
    buckets?: { by?: object; computes: { c0: { time: string; value: unknown }[] } }[];
  };
  meta?: { status?: string; warnings?: object[] };
}

const BODY: Readonly<Partial<Record<Fault, (body: Mutable) => void>>> = {
  'short-values': ({ data }) => data?.attributes?.values[0]?.pop(),
  'null-tail': ({ data }) => {
    for (const row of data?.attributes?.values ?? []) row.fill(null, -2);
  },
  negative: (body) => {
    setFirst(body, -3);
  },
  'text-value': (body) => {
    setFirst(body, '12');
  },
  'no-tags': ({ data }) => {
    for (const line of data?.attributes?.series ?? []) line.group_tags = [];
    for (const bucket of data?.buckets ?? []) delete bucket.by;
  },
  'off-grid': ({ data }) => {
    const { times } = data?.attributes ?? { times: [] };
    for (const [nth, time] of times.entries()) times[nth] = time + 20_000;
    for (const { computes } of data?.buckets ?? []) {
      for (const point of computes.c0) point.time = new Date(Date.parse(point.time) + 20_000).toISOString();
    }
  },
  'logs-timeout': (body) => {
    body.meta = { ...body.meta, status: 'timeout' };
  },
  'logs-warning': (body) => {
    body.meta = { ...body.meta, warnings: [{ code: 'unknown_index', title: 'a shard did not answer' }] };
  },
  'no-meta': (body) => {
    delete body.meta;
  },
};

/** The body with the fault in it. */
export function disturbed(fault: Fault | null, body: object): string {
  const text = JSON.stringify(body);
  if (fault === null) return text;
  const change = BODY[fault];
  if (change === undefined) return TEXT[fault]?.(text) ?? text;
  const copy = JSON.parse(text) as Mutable;
  change(copy);
  return JSON.stringify(copy);
}

function setFirst({ data }: Mutable, value: number | string): void {
  data?.attributes?.values[0]?.splice(0, 1, value);
  const point = data?.buckets?.[0]?.computes.c0[0];
  if (point !== undefined) point.value = value;
}
