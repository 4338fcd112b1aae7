import { html } from './html.ts';
import type { Page } from './layout.ts';

/** What went wrong, in words, and what to do. `again`: trying once more may help; the page never does so by itself. */
export function problemPage(title: string, detail: string, again = false): Page {
  return {
    title,
    section: null,
    body: html`<h1>${title}</h1>
      <div class="banner warn"><p>${detail}</p></div>
      <p>${again ? html`<a href="">Try again</a> · ` : null}<a href="/">All SLOs</a></p>`,
  };
}
