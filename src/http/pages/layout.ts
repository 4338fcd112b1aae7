import type { Assets } from './assets.ts';
import { Html, html, type Content } from './html.ts';

/** Nothing from other hosts, nothing inline. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface Page {
  readonly title: string;
  /** Which of the entries on top this page belongs to. */
  readonly section: 'slos' | 'analyses' | 'docs' | null;
  readonly body: Content;
  readonly charts?: boolean;
}

const SECTIONS = [
  ['slos', '/', 'SLOs'],
  ['analyses', '/analyses', 'Analyses'],
  ['docs', '/docs', 'API'],
] as const;

/** A whole document. `inline`: with everything inside, for a file that is sent around. */
export function layout(
  { title, section, body, charts = false }: Page,
  assets: Assets,
  { inline }: { readonly inline: boolean } = { inline: false },
): string {
  const links = SECTIONS.map(
    ([name, href, text]) =>
      html`<a href="${href}" ${section === name ? html`aria-current="page"` : null}>${text}</a>`,
  );
  const style = inline
    ? new Html(`<style>${assets.text('burngate.css')}</style>`)
    : html`<link rel="stylesheet" href="${assets.url('burngate.css')}" />`;
  const script = inline
    ? new Html(`<script>${assets.text('burngate.js')}</script>`)
    : html`<script src="${assets.url('burngate.js')}" defer></script>`;
  const nav = inline
    ? null
    : html`<nav aria-label="Main"><a class="brand" href="/">Burngate</a>${links}</nav>`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Burngate</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">${nav}</header>
        <main id="main">${body}</main>
        <footer>All times are UTC. A dash is a figure that cannot be said.</footer>
        ${charts ? script : null}
      </body>
    </html> `;
  return document.text;
}
