import type { AnalysisDetailJson, MeasurementJson } from '../reports/analysis-schemas.ts';
import { bandChart, evidenceChart } from './analysis-charts.ts';
import { bucketTable, groupTable, lookTable } from './analysis-tables.ts';
import { burnText, countText, durationText, percentText, timeText, UNKNOWN } from './format.ts';
import { html, type Content, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { facts, pairs, verdictBadge, verdictTone } from './parts.ts';

const WORST: readonly string[] = ['fail', 'inconclusive', 'pass'];

/** One analysis: the verdict and its sentence on top, then what it rests on. */
export function analysisPage(id: string, detail: AnalysisDetailJson): Page {
  const sorted = detail.measurements.toSorted((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict));
  const [first] = sorted;
  const release = first?.release;
  const title = `${release?.rollout ?? release?.canary ?? id}${release?.revision === undefined ? '' : ` #${release.revision}`}`;
  const several = sorted.length > 1;
  const body = html`<p class="small"><a href="/analyses">Analyses</a> / <code>${id}</code></p>
    <h1>${title}</h1>
    ${release === undefined ? null : releaseLine(release)}
    ${sorted.map((each, index) => section(each, detail, { index, several }))}
    <h2>Looks</h2>
    ${lookTable(detail.looks)}
    <p class="small soft">
      <a href="/v1/analyses/${id}">JSON</a
      >${detail.origin === 'memory' ? ' · from the memory of this process: a history (serve --data) would keep it' : ''}
    </p>`;
  const charts = sorted.some(({ buckets }) => (buckets?.length ?? 0) > 1);
  return { title, section: 'analyses', body, charts };
}

function releaseLine({ canary, stable, namespace, cluster }: MeasurementJson['release']): Html {
  return html`<p class="soft">
    canary <code>${canary}</code> beside stable
    <code>${stable ?? 'none'}</code
    >${namespace === undefined ? '' : `, namespace ${namespace}`}${cluster === undefined ? '' : `, cluster ${cluster}`}
  </p>`;
}

interface Place {
  readonly index: number;
  readonly several: boolean;
}

function section(measurement: MeasurementJson, detail: AnalysisDetailJson, { index, several }: Place): Html {
  const { slo, verdict, code, reason, at } = measurement;
  const later = detail.looks.find((look) => look.slo === slo);
  return html`<section aria-labelledby="slo-${index}">
    <h2 id="slo-${index}"><a href="/slos/${encodeURIComponent(slo)}">${slo}</a></h2>
    <div class="banner ${verdictTone(verdict)}">
      ${verdictBadge(verdict)} <code>${code}</code>
      <p>${reason}</p>
      <p class="soft small">
        Judged as of
        ${timeText(at)}${measurement.provenAt === undefined ? '' : `; proven with the counts of ${timeText(measurement.provenAt)}`}.
      </p>
    </div>
    ${later !== undefined && later.at > at ? html`<p class="warn">A newer look had no counts: ${later.reason} (${timeText(later.at)})</p>` : null}
    ${linkList(measurement)}
    ${measurement.figures === undefined ? html`<p class="soft">This look had no counts, so there is nothing to chart.</p>` : counted(measurement, index, several)}
  </section>`;
}

function counted(measurement: MeasurementJson, index: number, several: boolean): Html {
  return html`${figures(measurement)} ${bandChart(measurement, index)} ${evidenceChart(measurement, index)}
  ${groupTable(measurement)} ${bucketTable(measurement)} ${rest(measurement, several)}`;
}

function linkList({ links = [] }: MeasurementJson): Html | null {
  if (links.length === 0) return null;
  return html`<ul class="plain">
    ${links.map(
      ({ name, group, url }) =>
        html`<li>
          <a href="${url}" rel="noreferrer">${name} of the canary${group === null ? '' : `, ${group}`}</a>
        </li>`,
    )}
  </ul>`;
}

interface Figures {
  readonly canary: { readonly good: number; readonly bad: number };
  readonly stable: { readonly good: number; readonly bad: number };
  readonly burn: {
    readonly canary: number | null;
    readonly stable: number | null;
    readonly ratio: number | null;
  };
}

function figures({ figures: raw, intervals, window, dataAgeSeconds, target = 0 }: MeasurementJson): Html {
  const { canary, stable, burn } = raw as unknown as Figures;
  const of = ({ good, bad }: { good: number; bad: number }): string =>
    good + bad === 0 ? 'no events' : `${percentText(bad / (good + bad))} bad of ${countText(good + bad)}`;
  const interval = (ends: readonly [number, number] | null | undefined): string =>
    ends === null || ends === undefined ? '' : `; 95%: ${burnText(ends[0])} to ${burnText(ends[1])}`;
  const ratio = intervals?.ratio;
  return facts([
    {
      name: 'Canary burns',
      value: burnText(burn.canary),
      note: `${of(canary)}${interval(intervals?.canary)}`,
    },
    {
      name: 'Stable burns',
      value: burnText(burn.stable),
      note: `${of(stable)}${interval(intervals?.stable)}`,
    },
    {
      name: 'Canary over stable',
      value: burn.ratio === null ? UNKNOWN : burnText(burn.ratio),
      note:
        ratio === null || ratio === undefined
          ? 'bad fractions'
          : `95%: ${ratio.low === null ? '0x' : burnText(ratio.low)} to ${ratio.high === null ? 'unbounded' : burnText(ratio.high)}`,
    },
    { name: 'Error budget', value: percentText(1 - target), note: 'of events may be bad' },
    {
      name: 'Window',
      value:
        window === undefined
          ? UNKNOWN
          : durationText((Date.parse(window.end) - Date.parse(window.start)) / 1000),
      note: window === undefined ? '' : `from ${timeText(window.start)}`,
    },
    { name: 'Data', value: `${durationText(dataAgeSeconds ?? null)} old`, note: 'when judged' },
  ]);
}

function rest(
  { queriesSent = [], notes = [], policy = {}, mode, window }: MeasurementJson,
  several: boolean,
): Html {
  const span = window === undefined ? '' : `${timeText(window.start)} to ${timeText(window.end)}`;
  return html`<details>
    <summary>Queries, notes and policy${several ? ' of this SLO' : ''}</summary>
    <h3>Queries</h3>
    <ul>
      ${queriesSent.map((query) => html`<li><code>${query}</code></li>`)}
    </ul>
    <p class="soft small">${span}</p>
    ${
      notes.length === 0
        ? null
        : html`<h3>Notes</h3>
            <ul>
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }
    <h3>Policy</h3>
    ${pairs([['mode', mode ?? UNKNOWN], ...Object.entries(policy).map(([name, value]): [string, Content] => [name, Array.isArray(value) ? value.join(', ') : String(value)])])}
  </details>`;
}
