import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, as `rule: element`; empty where all is well. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script, which the pages' policy would refuse.
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`,
  );
}

/** What a page has that shuts people out, found by looking at what was rendered; empty where all is well. */
export async function barriers(page: Page): Promise<string[]> {
  // Runs in the browser: nothing of this module is there.
  return page.evaluate(() => {
    interface Element_ {
      readonly tagName: string;
      readonly textContent: string;
      readonly labels?: ArrayLike<unknown>;
      readonly childNodes: ArrayLike<{ readonly nodeType: number; readonly textContent: string }>;
      readonly parentElement: Element_ | null;
      getAttribute(name: string): string | null;
      getBoundingClientRect(): { readonly width: number; readonly height: number };
      closest(selector: string): Element_ | null;
    }
    interface Style {
      readonly color: string;
      readonly backgroundColor: string;
      readonly fontSize: string;
      readonly fontWeight: string;
      readonly visibility: string;
    }
    const view = globalThis as unknown as {
      document: {
        documentElement: Element_;
        title: string;
        querySelectorAll(selector: string): ArrayLike<Element_> & Iterable<Element_>;
        getElementById(id: string): Element_ | null;
      };
      getComputedStyle(element: Element_): Style;
    };
    const { document } = view;
    const found: string[] = [];
    const all = (selector: string): Element_[] => [...document.querySelectorAll(selector)];
    if (document.documentElement.getAttribute('lang') !== 'en') found.push('no language');
    if (document.title === '') found.push('no title');
    if (all('h1').length !== 1) found.push(`${String(all('h1').length)} h1`);
    if (all('main').length !== 1) found.push('no main');
    let level = 0;
    for (const heading of all('h1, h2, h3, h4')) {
      const own = Number(heading.tagName[1]);
      if (own > level + 1) found.push(`heading jumps to ${heading.tagName}: ${heading.textContent}`);
      level = own;
    }
    for (const link of all('a, button'))
      if (link.textContent.trim() === '' && link.getAttribute('aria-label') === null)
        found.push('a link without text');
    for (const field of all('input, select'))
      if ((field.labels?.length ?? 0) === 0)
        found.push(`a field without label: ${field.getAttribute('name') ?? ''}`);
    for (const canvas of all('canvas'))
      if (canvas.getAttribute('role') !== 'img' || (canvas.getAttribute('aria-label') ?? '').length < 20)
        found.push('a chart that says nothing');
    for (const cell of all('table:not(.u-legend) th'))
      if (cell.getAttribute('scope') === null) found.push(`a header cell without scope: ${cell.textContent}`);
    const ids = all('[id]').map((each) => each.getAttribute('id'));
    if (new Set(ids).size !== ids.length) found.push('an id twice');
    for (const each of all('[aria-labelledby]'))
      if (document.getElementById(each.getAttribute('aria-labelledby') ?? '') === null)
        found.push('a label that is not there');

    // Contrast of every text, WCAG 2.2: 4.5, or 3 where it is large.
    const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const ground = (element: Element_ | null): number[] => {
      for (let at = element; at !== null; at = at.parentElement) {
        const own = parse(view.getComputedStyle(at).backgroundColor);
        if ((own[3] ?? 1) === 1) return own;
      }
      return [255, 255, 255];
    };
    const light = (rgb: number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((each) => {
        const share = each / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (const element of all('main *, header *, footer *')) {
      const own = Array.from(element.childNodes).some(
        ({ nodeType, textContent }) => nodeType === 3 && textContent.trim() !== '',
      );
      const { width, height } = element.getBoundingClientRect();
      if (!own || width === 0 || height === 0 || element.closest('noscript, script, canvas') !== null)
        continue;
      const style = view.getComputedStyle(element);
      const [one, other] = [light(parse(style.color)), light(ground(element))];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      const large = Number.parseFloat(style.fontSize) >= 24;
      if (contrast < (large ? 3 : 4.5))
        found.push(`contrast ${contrast.toFixed(2)}: ${element.textContent.trim().slice(0, 40)}`);
    }
    return found;
  });
}
