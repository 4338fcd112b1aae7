import type { SloSummaryJson } from '../reports/slo-schemas.ts';
import { burnText, durationText, niceRatio, percentText, timeText } from './format.ts';
import { html, type Content, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { badge, table, verdictBadge, type Tone } from './parts.ts';

export const STATES: Readonly<Record<SloSummaryJson['state'], readonly [Tone, string]>> = {
  page: ['bad', '▲ burning fast'],
  exhausted: ['bad', '✕ exhausted'],
  ticket: ['warn', '△ burning'],
  unavailable: ['warn', '? no report'],
  'no-data': ['none', '– no data'],
  healthy: ['good', '✓ healthy'],
};

const ORDER = Object.keys(STATES);

/** All SLOs, those that need somebody first. */
export function sloListPage(slos: readonly SloSummaryJson[]): Page {
  const sorted = slos.toSorted(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.slo < b.slo ? -1 : 1),
  );
  const body = html`<h1>SLOs</h1>
    ${sorted.length === 0 ? html`<p>No SLO is loaded that you may see. Burngate reads them from the folder given with <code>--slos</code>.</p>` : list(sorted)}`;
  return { title: 'SLOs', section: 'slos', body };
}

function list(slos: readonly SloSummaryJson[]): Html {
  const needing = slos.filter(({ state }) => state === 'page' || state === 'exhausted').length;
  const says =
    needing === 0
      ? `${String(slos.length)} SLOs, none of them known to burn fast or to be out of budget`
      : `${String(needing)} of ${String(slos.length)} SLOs burn fast or are out of budget`;
  // Nothing known is no good news.
  const blind = slos.filter(({ state }) => state === 'no-data').length;
  const unknown = blind === 0 ? '' : `; of ${String(blind)} there are no counts`;
  return html`<p>${says}${unknown}.</p>
    ${table(
      'State of every SLO; burn is the multiple of the rate that spends the budget in exactly one period',
      [
        { name: 'SLO' },
        { name: 'State' },
        { name: 'Objective', number: true },
        { name: 'SLI', number: true },
        { name: 'Budget left', number: true },
        { name: 'Burn 1h', number: true },
        { name: 'Burn 6h', number: true },
        { name: 'Burn 3d', number: true },
        { name: 'Last release' },
      ],
      slos.map((slo) => rowOf(slo)),
    )}`;
}

function rowOf(slo: SloSummaryJson): Content[] {
  const [tone, text] = STATES[slo.state];
  return [
    html`<a href="/slos/${encodeURIComponent(slo.slo)}">${slo.displayName ?? slo.slo}</a><br /><span
        class="soft small"
        >${slo.service}</span
      >`,
    html`${badge(tone, text)}${slo.outdated === null ? null : html`<br /><span class="small warn">${slo.outdated}${age(slo)}</span>`}`,
    niceRatio(slo.objective),
    niceRatio(slo.sli),
    html`${percentText(slo.budgetRemaining)}${meter(slo.budgetRemaining)}`,
    burnText(slo.burn['1h']),
    burnText(slo.burn['6h']),
    burnText(slo.burn['3d']),
    slo.lastRelease === null
      ? html`<span class="soft">none</span>`
      : html`<a href="/analyses/${slo.lastRelease.analysis}">${verdictBadge(slo.lastRelease.verdict)}</a
          ><br /><span class="soft small">${timeText(slo.lastRelease.at)}</span>`,
  ];
}

function age({ dataAgeSeconds }: SloSummaryJson): string {
  return dataAgeSeconds === null ? '' : ` (data ${durationText(dataAgeSeconds)} old)`;
}

/** A bar of what is left; an overspent budget has none. An image of a number that stands beside it. */
function meter(remaining: number | null): Html | null {
  if (remaining === null) return null;
  const width = Math.max(0, Math.min(1, remaining)) * 100;
  const tone: Tone = remaining <= 0 ? 'bad' : remaining < 0.25 ? 'warn' : 'good';
  return html`<span class="meter ${tone}" aria-hidden="true"
    ><svg viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect width="${width.toFixed(1)}" height="8"></rect></svg
  ></span>`;
}
