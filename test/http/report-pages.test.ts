import { describe, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { recording, SHOP, sloYaml } from '../support/shop.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&';
const service = served({
  slos: folderWith({
    ...SHOP,
    'hostile.yaml': sloYaml({
      name: 'hostile',
      path: 'hostile.csv',
      annotations: {
        'burngate.io/scope': 'global',
        'burngate.io/breakdown': 'endpoint',
        'burngate.io/links': '{logs: "https://logs.example.com/?q=${hash}+${group}"}',
      },
    }),
    'hostile.csv': recording(
      ['group'],
      [
        { cohort: 'canary', counts: [1, 9], labels: [`"${HOSTILE.replaceAll('"', '""')}"`] },
        { cohort: 'stable', counts: [400, 0], labels: [`"${HOSTILE.replaceAll('"', '""')}"`] },
      ],
    ),
  }),
});

async function page(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${service().url}${path}`, { headers: { accept: 'text/html', ...headers } });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const AT = '?at=2024-03-01T11:10:00Z';

describe('pages', () => {
  test.each(['/', `/${AT}`, '/analyses', '/docs', `/slos/hostile${AT}`])(
    '%s is HTML that loads nothing from elsewhere',
    async (path) => {
      const { status, text, headers } = await page(path);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(text).toContain('<html lang="en">');
      expect(text).not.toMatch(/\s(?:src|href)="(?:https?:)?\/\//);
      expect(text).not.toMatch(/<script>|\son\w+=|\sstyle=/);
      for (const [, address] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
        const asset = await fetch(`${service().url}${String(address)}`);
        expect(asset.status).toBe(200);
        expect(asset.headers.get('cache-control')).toContain('immutable');
      }
    },
  );

  test('show names from outside as text, in links as well', async () => {
    const { report } = await ask(service(), { slo: 'hostile' });
    const { text } = await page(String(report));
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(text).not.toContain('<img');
    expect(text).toContain(
      `href="https://logs.example.com/?q=canary+${encodeURIComponent(HOSTILE).replaceAll("'", '&#39;')}"`,
    );
    const { text: filtered } = await page(`/analyses?rollout=${encodeURIComponent(HOSTILE)}`);
    expect(filtered).not.toContain('<img');
    expect((await page(`/slos/${encodeURIComponent(HOSTILE)}`)).text).not.toContain('<img');
  });

  test('say in words what is missing', async () => {
    const unknown = await page('/slos/nobody');
    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('There is no SLO &quot;nobody&quot;.');
    expect((await page('/analyses/nobody')).status).toBe(404);
    const bad = await page('/analyses?verdict=maybe');
    expect(bad.status).toBe(400);
    expect(bad.text).toContain('pass, fail or inconclusive');
    const lost = await page('/slos/lost');
    expect(lost.status).toBe(503);
    expect(lost.text).toContain('<a href="">Try again</a>');
    expect((await page('/analyses?slo=cart')).text).toContain('No analysis matches.');
  });

  test('carry a tag, and errors none', async () => {
    const first = await page(`/slos/checkout${AT}`);
    expect(first.headers.get('etag')).not.toBeNull();
    expect((await page('/slos/nobody')).headers.get('etag')).toBeNull();
  });

  test('lead from the list to the SLO, from there to the release', async () => {
    const { analysis } = await ask(service(), { slo: 'checkout' });
    expect((await page(`/${AT}`)).text).toContain('href="/slos/checkout"');
    expect((await page('/slos/checkout?at=2024-03-01T11:14:00Z')).text).toContain(
      `href="/analyses/${String(analysis)}"`,
    );
  });
});

describe('pages of a service with tokens', () => {
  const guarded = served({
    slos: folderWith(SHOP),
    flags: ['--tokens', `${folderWith({ tokens: `reader:${'s'.repeat(32)}\n` })}/tokens`],
  });
  const at = async (path: string, headers: Record<string, string>) =>
    fetch(`${guarded().url}${path}`, { headers });
  const basic = (password: string) => `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`;

  test.each([
    '/',
    '/slos/search',
    '/analyses',
    '/v1/slos',
    '/v1/analyses',
    '/v1/slos/search',
    '/v1/analyses/x',
  ])('%s wants one', async (path) => {
    const response = await at(path, { accept: 'text/html' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="Burngate"/);
    expect((await at(path, { accept: 'application/json' })).headers.get('www-authenticate')).toBe('Bearer');
    expect((await at(path, { authorization: basic('wrong') })).status).toBe(401);
  });

  test('open to a browser that sends the token as its password, and to a bearer', async () => {
    expect((await at('/', { authorization: basic('s'.repeat(32)) })).status).toBe(200);
    expect((await at('/v1/slos', { authorization: `Bearer ${'s'.repeat(32)}` })).status).toBe(200);
  });

  test('the description and the files of the pages are open to everybody', async () => {
    for (const path of ['/openapi.json', '/docs']) expect((await at(path, {})).status).toBe(200);
  });
});
