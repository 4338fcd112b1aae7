import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';
import { axeViolations, barriers } from './accessibility.ts';
import { findChromium, launch } from './chromium.ts';

const executable = findChromium();
const AT = '?at=2024-03-01T11:10:00Z';
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } } as const;

// Visibly skipped where there is no Chromium; CI has one or fails.
describe.skipIf(executable === null)('the pages in Chromium', () => {
  const service = served({ slos: folderWith(SHOP), flags: ['--data', folderWith({})] });
  let browser: Browser | undefined;
  let paths: Record<string, string> = {};

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    const failed = await ask(service(), { slo: 'checkout', rollout: 'shop', revision: '7' });
    const groups = await ask(service(), { slo: 'endpoints' });
    const gate = await ask(service(), { slo: 'search', mode: 'gate', rollout: 'search' });
    const several = await ask(service(), { slo: 'service:shop' });
    const lost = await ask(service(), { slo: 'lost' });
    paths = {
      list: `/${AT}`,
      'list of now': '/',
      slo: `/slos/checkout${AT}`,
      'slo without data': '/slos/checkout',
      'failed analysis': String(failed.report),
      'analysis with groups': String(groups.report),
      gate: String(gate.report),
      'analysis of several SLOs': String(several.report),
      'analysis without counts': String(lost.report),
      analyses: '/analyses',
      'no analyses': '/analyses?slo=cart',
      docs: '/docs',
      missing: '/slos/nobody',
      unavailable: '/slos/lost',
    };
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  async function open(
    path: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext; errors: string[]; hosts: Set<string> }> {
    if (browser === undefined) throw new Error('no browser');
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const errors: string[] = [];
    const hosts = new Set<string>();
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      // A page of an error is itself an answer of 404 or 503.
      if (message.type() === 'error' && !/status of (404|503)/.test(message.text()))
        errors.push(message.text());
    });
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${service().url}${path}`);
    return { page, context, errors, hosts };
  }

  test.each([
    'list',
    'list of now',
    'slo',
    'slo without data',
    'failed analysis',
    'analysis with groups',
    'gate',
    'analysis of several SLOs',
    'analysis without counts',
    'analyses',
    'no analyses',
    'docs',
    'missing',
    'unavailable',
  ])(
    '%s: fits a phone and a desk in both themes, shuts nobody out, and asks no other host',
    async (name) => {
      const { page, context, errors, hosts } = await open(paths[name] ?? '');
      for (const viewport of Object.values(SIZES)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme });
          const where = `${String(viewport.width)} ${colorScheme}`;
          // Charts are drawn again a moment after the window has another width.
          await expect
            .poll(async () => page.evaluate('document.documentElement.scrollWidth - innerWidth'))
            .toBeLessThanOrEqual(0);
          expect([where, await barriers(page)]).toEqual([where, []]);
          expect([where, await axeViolations(page)]).toEqual([where, []]);
        }
      }
      expect(errors).toEqual([]);
      expect([...hosts]).toEqual([new URL(service().url).host]);
      await context.close();
    },
    60_000,
  );

  test('what shuts people out is found', async () => {
    const page = await browser?.newPage();
    if (page === undefined) throw new Error('no browser');
    await page.setContent(
      '<h1>a</h1><h3>b</h3><a href="/"></a><input name="x"><canvas></canvas><table><th>c</th></table><main><p style="color:#999;background:#fff">pale</p></main>',
    );
    expect(await axeViolations(page)).toEqual(
      expect.arrayContaining([expect.stringContaining('html-has-lang')]),
    );
    const found = await barriers(page);
    for (const each of [
      'no language',
      'heading jumps',
      'a link without text',
      'a field without label',
      'a chart that says nothing',
      'without scope',
      'contrast 2.85',
    ])
      expect(found.some((one) => one.includes(each))).toBe(true);
    await page.close();
  });

  test('the charts of an analysis are drawn, and drawn again in the other theme and width', async () => {
    const { page, context, errors } = await open(paths['failed analysis'] ?? '', {
      viewport: SIZES.desk,
      colorScheme: 'light',
    });
    const inked = async (): Promise<number[]> =>
      page.evaluate(`[...document.querySelectorAll('canvas')].map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let inked = 0;
        for (let at = 3; at < data.length; at += 4) if (data[at] > 0) inked += 1;
        return inked / (canvas.width * canvas.height);
      })`);
    const shares = await inked();
    expect(shares).toHaveLength(2);
    for (const share of shares) expect(share).toBeGreaterThan(0.01);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(SIZES.phone);
    await expect
      .poll(async () => page.evaluate('document.querySelector("canvas").clientWidth'))
      .toBeLessThan(390);
    for (const share of await inked()) expect(share).toBeGreaterThan(0.01);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('the keyboard reaches the content, the links and what is folded', async () => {
    const { page, context } = await open(paths['failed analysis'] ?? '', { viewport: SIZES.desk });
    await page.keyboard.press('Tab');
    const focused = async (): Promise<string> => page.evaluate('document.activeElement.textContent.trim()');
    expect(await focused()).toBe('Skip to the content');
    const seen: string[] = [];
    for (let step = 0; step < 15; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen).toEqual(expect.arrayContaining(['SLOs', 'Analyses', 'API', 'checkout']));
    await page.locator('summary', { hasText: 'Counts by bucket' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('td', { hasText: '10 of 50' }).first().isVisible()).toBe(true);
    await context.close();
  });

  test('without scripts the numbers are there, and the charts say what they would show', async () => {
    const { page, context } = await open(paths['failed analysis'] ?? '', { javaScriptEnabled: false });
    expect(await page.textContent('body')).toContain('Bad so far at the end: canary 20%, stable 0.222%');
    await context.close();
  });

  test('the way from the list over the SLO to the release, and the filter of analyses', async () => {
    const { page, context } = await open(paths['list'] ?? '');
    await page.getByRole('link', { name: 'checkout' }).click();
    expect(await page.textContent('h1')).toBe('checkout');
    await page.goto(`${service().url}${paths['slo'] ?? ''}`);
    await page.getByRole('link', { name: 'shop #7' }).click();
    expect(await page.textContent('.banner')).toContain('harm-proven');
    await page.getByRole('link', { name: 'Analyses' }).first().click();
    await page.getByLabel('Verdict').selectOption('pass');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(page.url()).toContain('verdict=pass');
    expect(await page.locator('tbody .badge').allTextContents()).toSatisfy(
      (texts: string[]) => texts.length > 0 && texts.every((text) => text === '✓ pass'),
    );
    await context.close();
  });
});
