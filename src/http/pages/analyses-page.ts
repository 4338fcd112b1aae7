import type { AnalysisRowJson } from '../reports/analysis-schemas.ts';
import { countText, percentText, timeText } from './format.ts';
import { html, type Content, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { table, verdictBadge } from './parts.ts';

export interface AnalysesView {
  readonly analyses: readonly AnalysisRowJson[];
  /** Query string of the next page; null: this is the last. */
  readonly next: string | null;
  readonly origin: 'history' | 'memory';
  /** What was asked for. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Names to choose from. */
  readonly slos: readonly string[];
}

/** The history of analyses. */
export function analysesPage(view: AnalysesView): Page {
  const body = html`<h1>Analyses</h1>
    ${filter(view)}
    ${view.analyses.length === 0 ? html`<p>No analysis ${Object.values(view.query).some((value) => value !== undefined) ? 'matches.' : 'yet: the first look of a release brings it here.'}</p>` : list(view.analyses)}
    ${view.next === null ? null : html`<p><a href="/analyses?${view.next}" rel="next">Older analyses</a></p>`}
    ${view.origin === 'memory' ? html`<p class="soft small">From the memory of this process, which keeps the newest analyses only; <code>serve --data</code> or <code>DATABASE_URL</code> keeps them all.</p>` : null}`;
  return { title: 'Analyses', section: 'analyses', body };
}

function filter({ query, slos }: AnalysesView): Html {
  const choice = (name: string, label: string, options: readonly string[]): Html =>
    html`<label
      >${label}<select name="${name}">
        <option value="">any</option>
        ${options.map(
          (option) => html`<option ${query[name] === option ? html`selected` : null}>${option}</option>`,
        )}
      </select></label
    >`;
  const text = (name: string, label: string): Html =>
    html`<label>${label}<input name="${name}" value="${query[name] ?? ''}" size="14" /></label>`;
  return html`<form class="filter" method="get" action="/analyses" role="search" aria-label="Analyses">
    ${choice('slo', 'SLO', slos)}${choice('verdict', 'Verdict', ['pass', 'fail', 'inconclusive'])}${text('rollout', 'Rollout')}${text('namespace', 'Namespace')}
    <button>Filter</button>
  </form>`;
}

function list(rows: readonly AnalysisRowJson[]): Html {
  return table(
    'One row for each SLO of an analysis, newest first',
    [
      { name: 'Release' },
      { name: 'SLO' },
      { name: 'Verdict' },
      { name: 'Canary bad', number: true },
      { name: 'Stable bad', number: true },
      { name: 'Looks', number: true },
      { name: 'Reason', long: true },
    ],
    rows.map((row) => cells(row)),
  );
}

function cells({
  release,
  report,
  slo,
  verdict,
  code,
  counted,
  looks,
  reason,
  lastAt,
}: AnalysisRowJson): Content[] {
  return [
    html`<a href="${report}"
        >${release.rollout ?? release.canary}${release.revision === undefined ? null : ` #${release.revision}`}</a
      ><br /><span class="soft small">${timeText(lastAt)}</span>`,
    html`<a href="/slos/${encodeURIComponent(slo)}">${slo}</a>`,
    html`${verdictBadge(verdict)}<br /><span class="soft small">${code}</span>`,
    share(counted?.canary),
    share(counted?.stable),
    countText(looks),
    html`<span class="small">${reason}</span>`,
  ];
}

function share(events: { readonly good: number; readonly bad: number } | undefined): string {
  if (events === undefined) return 'no counts';
  const all = events.good + events.bad;
  return all === 0 ? 'no events' : `${percentText(events.bad / all)} of ${countText(all)}`;
}
