import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ask } from '../support/ask.ts';
import { describedRequests, type Sent } from '../support/described-requests.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { AT, recording, SHOP, sloYaml } from '../support/shop.ts';
import type { Service } from '../serve-process.ts';

const TOKENS = {
  alpha: 'alpha-token-1234567890abcdef',
  beta: 'beta-token-1234567890abcdefg',
  all: 'all-token-1234567890abcdefghi',
};
const bearer = (name: keyof typeof TOKENS) => ({ Authorization: `Bearer ${TOKENS[name]}` });

const SLOS = {
  ...SHOP,
  'beta.yaml': sloYaml({
    name: 'beta-orders',
    path: 'beta.csv',
    service: 'beta-service',
    annotations: { 'burngate.io/scope': 'global', 'burngate.io/breakdown': 'endpoint' },
  }),
  'beta.csv': recording(
    ['group'],
    [
      { cohort: 'betacanary', counts: [40, 10], labels: ['POST /beta-endpoint'] },
      { cohort: 'betastable', counts: [449, 1], labels: ['POST /beta-endpoint'] },
    ],
  ),
};
/** Every name of B's has it: SLO, service, namespace, rollout, cluster, hashes, endpoint. */
const MARKER = /beta/i;
const BETA = {
  slo: 'beta-orders',
  canary: 'betacanary',
  stable: 'betastable',
  namespace: 'team-beta',
  cluster: 'beta-cluster',
  rollout: 'beta-rollout',
};
const ALPHA = { slo: 'checkout', namespace: 'team-alpha', rollout: 'alpha-rollout' };
const minute = (at: number): string =>
  new Date(Date.parse('2024-03-01T10:30:00Z') + at * 60_000).toISOString();

/** The looks of A, and among them, where B is there, those of B: at its own SLO, and at one that both may use. */
async function judge(service: Service, withBeta: boolean): Promise<string[]> {
  const ids: string[] = [];
  const look = async (name: keyof typeof TOKENS, fields: Record<string, unknown>): Promise<void> => {
    const { verdict, analysis = '' } = await ask(service, fields, bearer(name));
    expect(verdict).toBe('fail');
    if (name !== 'alpha') ids.push(analysis);
  };
  for (const step of [0, 1, 2]) {
    await look('alpha', { ...ALPHA, rollout: `alpha-${String(step)}`, at: minute(4 * step) });
    if (!withBeta) continue;
    await look('beta', { ...BETA, at: minute(4 * step + 1) });
    await look('all', {
      ...ALPHA,
      namespace: 'team-beta',
      rollout: `beta-${String(step)}`,
      at: minute(4 * step + 2),
    });
  }
  return ids;
}

const BODIES = [
  { ...BETA, at: AT },
  { ...BETA, namespace: 'team-alpha', at: AT },
  { ...BETA, slo: 'service:beta-service', namespace: 'team-alpha', at: AT },
  { ...BETA, slo: 'checkout,beta-orders', namespace: 'team-alpha', at: AT },
  { ...ALPHA, namespace: 'team-beta', canary: 'canary', stable: 'stable', at: AT },
];

interface Got {
  readonly status: number;
  readonly text: string;
  readonly headers: string;
  readonly tag: string | null;
}

async function send(service: Service, { method, path, accept, body }: Sent): Promise<Got> {
  const response = await fetch(`${service.url}${path}`, {
    method: method.toUpperCase(),
    headers: { ...bearer('alpha'), accept: accept ?? 'application/json', 'X-Burngate-Strict': '1' },
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  // These differ from call to call, or with the text, which is compared itself.
  const headers = [...response.headers].filter(
    ([name]) => !['date', 'etag', 'content-length'].includes(name),
  );
  return {
    status: response.status,
    text: await response.text(),
    headers: JSON.stringify(headers),
    tag: response.headers.get('etag'),
  };
}

/** The same request for something that nobody has. */
const unreal = (text: string, ids: readonly string[]): string => {
  let changed = text.replaceAll('beta', 'zeta');
  for (const id of ids) changed = changed.replaceAll(id, `${id.slice(0, -4)}zzzz`);
  return changed;
};

const KINDS = [
  { kind: 'memory', flags: () => [] },
  { kind: 'SQLite', flags: () => ['--data', folderWith({})] },
];

describe.each(KINDS)('tenant A, where the history is in $kind,', ({ kind, flags }) => {
  const start = () => {
    const access = folderWith({
      tokens: Object.entries(TOKENS)
        .map(([name, token]) => `${name}:${token}`)
        .join('\n'),
      'access.yaml': JSON.stringify({
        callers: [
          { name: 'alpha', services: ['shop'], namespaces: ['team-alpha'] },
          { name: 'beta', services: ['beta-*'], namespaces: ['team-beta'] },
          { name: 'all' },
        ],
      }),
    });
    const own = ['--tokens', `${access}/tokens`, '--access', `${access}/access.yaml`];
    return served({ slos: folderWith(SLOS), flags: [...own, ...flags()] });
  };
  const among = start();
  const alone = start();
  let ids: readonly string[] = [];
  let cursor = '';

  beforeAll(async () => {
    ids = await judge(among(), true);
    await judge(alone(), false);
    await listed(among(), 7);
    await listed(alone(), 3);
    const all = await fetch(`${among().url}/v1/analyses?limit=1&namespace=team-beta`, {
      headers: bearer('all'),
    });
    cursor = ((await all.json()) as { next: string }).next;
  });

  /** The history is written behind the answers. */
  async function listed(service: Service, count: number): Promise<void> {
    const origin = kind === 'memory' ? 'memory' : 'history';
    const check = async (): Promise<void> => {
      const response = await fetch(`${service.url}/v1/analyses`, { headers: bearer('all') });
      const list = (await response.json()) as { analyses: unknown[]; origin: string };
      expect([list.analyses.length, list.origin]).toEqual([count, origin]);
    };
    await vi.waitFor(check, { timeout: 10_000 });
  }

  /** With names of B in every place. */
  const requests = async (): Promise<Sent[]> =>
    describedRequests(among().url, {
      path: { name: ['beta-orders'], id: ids },
      query: {
        ...Object.fromEntries(Object.entries(BETA).map(([field, value]) => [field, [value]])),
        service: ['beta-service'],
        verdict: ['fail'],
        from: [minute(0)],
        to: [minute(60)],
        at: ['2024-03-01T11:10:00Z'],
        limit: ['1'],
        cursor: [cursor],
        format: ['csv', 'json'],
      },
      bodies: BODIES,
    });

  test('gets nothing of B on any route, and hears the same of what B has as of what nobody has', async () => {
    const all = await requests();
    expect(all.length).toBeGreaterThan(200);
    const statuses = new Set<number>();
    const pairs: [Sent, Got, Got][] = [];
    for (const one of all) {
      const real = await send(among(), one);
      const echoed = `${decodeURIComponent(one.path)} ${one.body ?? ''}`;
      expect({ one, left: MARKER.exec(unechoed(real, echoed)) }).toEqual({ one, left: null });
      const mine = ids.filter((id) => !one.path.includes(id) && real.text.includes(id));
      expect({ one, ids: mine }).toEqual({ one, ids: [] });
      const other = JSON.parse(unreal(JSON.stringify(one), ids)) as Sent;
      if (isDeepStrictEqual(other, one)) statuses.add(real.status);
      else pairs.push([one, real, await send(among(), other)]);
    }
    expect(statuses).toEqual(new Set([200, 403]));
    expect(pairs.length).toBeGreaterThan(100);
    for (const [one, real, none] of pairs)
      expect({ one, ...comparable(real, ids) }).toEqual({ one, ...comparable(none, ids) });
    const single = pairs.filter(([{ path }]) => /\/(?:slos|analyses)\/./.test(path));
    expect(new Set(single.map(([, { status }]) => status))).toEqual(new Set([404]));
  });

  test('gets the same bytes and tags whether B has analyses or not, on every page of every list', async () => {
    const lists = (await requests()).filter(
      ({ method, path }) => method === 'get' && /^(?:\/v1)?\/analyses(?:\?|$)/.test(path),
    );
    expect(lists.length).toBeGreaterThan(50);
    let pages = 0;
    for (const one of lists) {
      let path: string | undefined = one.path;
      while (path !== undefined) {
        const here = await send(among(), { ...one, path });
        expect({ path, ...here }).toEqual({ path, ...(await send(alone(), { ...one, path })) });
        const next: string | undefined = /<([^>]+)>; rel=\\"next/.exec(here.headers)?.[1];
        path = next;
        pages += 1;
      }
    }
    expect(pages).toBeGreaterThan(lists.length);
  });

  test('sees its own in the same lists', async () => {
    const { text } = await send(among(), { method: 'get', path: '/v1/analyses?verdict=fail' });
    const { analyses } = JSON.parse(text) as { analyses: { release: { rollout: string } }[] };
    expect(analyses.map(({ release }) => release.rollout)).toEqual(['alpha-2', 'alpha-1', 'alpha-0']);
  });

  test('reads of an SLO that both use the releases of its own namespaces', async () => {
    for (const path of ['/v1/slos/checkout', '/slos/checkout'])
      for (const accept of ['application/json', 'text/csv', 'text/html']) {
        const { status, text } = await send(among(), {
          method: 'get',
          path: `${path}?at=2024-03-01T11:10:00Z`,
          accept,
        });
        expect(status).toBe(200);
        expect(text).not.toMatch(MARKER);
        expect(text).toContain('alpha-2');
      }
  });
});

/** Without the names that were asked for and without ids: what is left has to be the same. */
function comparable({ status, text, headers }: Got, ids: readonly string[]): Omit<Got, 'tag'> {
  let left = text.replaceAll(/[bz]eta/g, '?eta');
  for (const id of ids) left = left.replaceAll(id, '?').replaceAll(`${id.slice(0, -4)}zzzz`, '?');
  return { status, text: left, headers: headers.replaceAll(/[bz]eta/g, '?eta') };
}

/** What an answer says beyond the words that it was asked with. */
function unechoed({ text, headers }: Got, asked: string): string {
  let left = `${text} ${headers}`;
  const words = asked.match(/[\w-]*beta[\w-]*/g) ?? [];
  for (const word of words.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(word, '');
  return left;
}
