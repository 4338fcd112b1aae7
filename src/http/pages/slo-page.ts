import type { SloReportJson } from '../reports/slo-schemas.ts';
import { burnText, countText, durationText, niceRatio, percentText, timeText, UNKNOWN } from './format.ts';
import { html, type Content, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { badge, chart, facts, table, verdictBadge, type ChartSpec } from './parts.ts';
import { STATES } from './slo-list-page.ts';

/** One SLO: how its budget stands, what burns it, and what each release spent. */
export function sloPage(report: SloReportJson): Page {
  const [tone, text] = STATES[report.state];
  const body = html`<p class="small"><a href="/">SLOs</a> / ${report.service}</p>
    <h1>${report.displayName ?? report.slo}</h1>
    ${report.description === undefined ? null : html`<p class="soft">${report.description}</p>`}
    <div class="banner ${tone}">
      ${badge(tone, text)}
      <p>${sentence(report)}</p>
      ${report.outdated === null ? null : html`<p class="warn">${report.outdated}: this is the report of ${timeText(report.computedAt)}.</p>`}
    </div>
    ${figures(report)}
    <h2>Budget left</h2>
    ${burnDown(report)}
    <h2>Burn</h2>
    ${alertTable(report)} ${burnTable(report)}
    <h2>Releases</h2>
    ${releases(report)} ${small(report)}`;
  return {
    title: report.displayName ?? report.slo,
    section: 'slos',
    body,
    charts: report.burnDown.length > 1,
  };
}

/** The state in words, with the numbers it rests on. */
export function sentence(report: SloReportJson): string {
  const { remaining } = report.budget.ratio;
  if (remaining === null)
    return `No events are known between ${timeText(report.period.start)} and ${timeText(report.asOf)}.`;
  const left =
    remaining < 0
      ? `The budget is overspent by ${percentText(-remaining)} of itself`
      : `${percentText(remaining)} of the budget is left`;
  return `${left}; ${ending(report)}`;
}

function ending({ exhaustion, burns }: SloReportJson): string {
  const burn = burnText(burns.find(({ window }) => window === '6h')?.burn ?? null);
  switch (exhaustion.state) {
    case 'exhausted':
      return `the last six hours burn ${burn} the rate that it allows.`;
    case 'in':
      return `at the burn of the last six hours (${burn}) it is gone in ${durationText(exhaustion.seconds)}.`;
    case 'outlasts':
      return `at the burn of the last six hours (${burn}) it lasts.`;
    case 'unknown':
      return 'the last six hours have no events to tell how fast it burns.';
  }
}

function figures(report: SloReportJson): Html {
  const { budget, period } = report;
  return facts([
    { name: 'SLI', value: niceRatio(report.sli), note: `objective ${niceRatio(report.objective)}` },
    {
      name: 'Budget left',
      value: percentText(budget.ratio.remaining),
      note: `${durationText(minutes(budget.minutes.remaining))} of ${durationText(minutes(budget.minutes.total))} bad time`,
    },
    {
      name: 'Bad events',
      value: countText(report.events.bad),
      note:
        budget.events === null
          ? `of ${countText(report.events.good + report.events.bad)}`
          : `${countText(budget.events.total)} allowed in the period`,
    },
    { name: 'Events', value: countText(report.events.good + report.events.bad), note: method(report) },
    {
      name: 'Period',
      value: period.kind === 'rolling' ? durationText(spanOf(period)) : 'calendar',
      note: `${period.start.slice(0, 10)} to ${period.end.slice(0, 10)}`,
    },
    {
      name: 'Data',
      value: `${durationText(report.dataAgeSeconds)} old`,
      note: `${percentText(report.coverage)} of the time has data`,
    },
  ]);
}

function minutes(value: number | null): number | null {
  return value === null ? null : value * 60;
}

function spanOf({ start, end }: SloReportJson['period']): number {
  return (Date.parse(end) - Date.parse(start)) / 1000;
}

function method({ budgetingMethod, units }: SloReportJson): string {
  return budgetingMethod === 'Occurrences'
    ? 'each counts'
    : `in ${countText(units.good + units.bad)} time slices, ${countText(units.bad)} bad`;
}

function burnDown(report: SloReportJson): Html {
  const known = report.burnDown.slice(report.burnDown.findIndex(({ remaining }) => remaining !== null));
  if (known.length < 2) return html`<p class="soft">No counts in this period yet.</p>`;
  const seconds = (time: string): number => Date.parse(time) / 1000;
  const spec: ChartSpec = {
    format: 'percent',
    summary: `The budget left falls from 100% to ${percentText(report.budget.ratio.remaining)} between ${timeText(report.period.start)} and ${timeText(report.asOf)}; ${String(report.releases.length)} releases are marked.`,
    data: [known.map(({ time }) => seconds(time)), known.map(({ remaining }) => remaining)],
    series: [{ label: 'budget left', colour: 'stable' }],
    limits: [{ y: 0, label: 'budget spent', colour: 'bad' }],
    marks: report.releases.toReversed().map(({ start, verdict, release }) => ({
      x: seconds(start),
      label: `${verdict === 'fail' ? '✕' : verdict === 'pass' ? '✓' : '?'} ${release.revision ?? release.canary}`,
      colour: verdict === 'fail' ? 'bad' : verdict === 'pass' ? 'good' : 'warn',
    })),
    zero: true,
  };
  return chart(
    'burn-down',
    'Share of the period’s budget that is left; dotted lines are the starts of releases.',
    spec,
  );
}

function alertTable({ alerts }: SloReportJson): Html {
  return table(
    'A row fires where both its windows burn at its threshold or faster (SRE Workbook, chapter 5)',
    [
      { name: 'Alert' },
      { name: 'State' },
      { name: 'Threshold', number: true },
      { name: 'Long', number: true },
      { name: 'Short', number: true },
      { name: 'Budget gone', number: true },
    ],
    alerts.map((row) => [
      `${row.severity}, ${row.long}`,
      row.state === 'firing'
        ? badge(row.severity === 'page' ? 'bad' : 'warn', '▲ firing')
        : badge('none', row.state),
      burnText(row.threshold),
      `${burnText(row.longBurn)} in ${row.long}`,
      `${burnText(row.shortBurn)} in ${row.short}`,
      exhaustionText(row.exhaustion),
    ]),
  );
}

function exhaustionText({ state, seconds }: SloReportJson['exhaustion']): string {
  switch (state) {
    case 'exhausted':
      return 'already';
    case 'in':
      return `in ${durationText(seconds)}`;
    case 'outlasts':
      return 'not at this burn';
    case 'unknown':
      return UNKNOWN;
  }
}

function burnTable({ burns }: SloReportJson): Html {
  return html`<details>
    <summary>Burn by window</summary>
    ${table(
      'Burn of the whole service over windows that end with the newest settled counts',
      [
        { name: 'Window' },
        { name: 'Burn', number: true },
        { name: 'Bad', number: true },
        { name: 'All', number: true },
      ],
      burns.map(({ window, burn, good, bad }) => [
        window,
        burnText(burn),
        countText(bad),
        countText(good + bad),
      ]),
    )}
  </details>`;
}

function releases(report: SloReportJson): Html {
  if (report.releases.length === 0) return html`<p class="soft">No release was analysed in this period.</p>`;
  return table(
    'What each canary spent while it ran; a share of the budget is also the share of the period in which the service may spend as much',
    [
      { name: 'Release' },
      { name: 'Verdict' },
      { name: 'Canary', number: true },
      { name: 'Bad events', number: true },
      { name: 'Beyond stable', number: true },
      { name: 'Spent', number: true },
      { name: 'Saved by the rollback', long: true },
    ],
    report.releases.map((spend) => releaseRow(spend)),
  );
}

function releaseRow(spend: SloReportJson['releases'][number]): Content[] {
  const { release } = spend;
  return [
    html`<a href="${spend.report}"
        >${release.rollout ?? release.canary}${release.revision === undefined ? null : ` #${release.revision}`}</a
      ><br /><span class="soft small"
        >${timeText(spend.start)},
        ${durationText((Date.parse(spend.end) - Date.parse(spend.start)) / 1000)}</span
      >`,
    html`${verdictBadge(spend.verdict)}<br /><span class="soft small">${spend.code}</span>`,
    countText(spend.canaryEvents),
    countText(spend.badEvents),
    countText(spend.excessBadEvents),
    html`${percentText(spend.budgetRatio)}<br /><span class="soft small"
        >${spend.budgetSeconds === null ? UNKNOWN : `${durationText(spend.budgetSeconds)} of budget`}</span
      >`,
    savedText(spend.saved),
  ];
}

function savedText(saved: SloReportJson['releases'][number]['saved']): Content {
  if (saved === null) return html`<span class="soft">${UNKNOWN}</span>`;
  const gone =
    saved.exhaustedInSeconds === null ? '' : `, the rest gone in ${durationText(saved.exhaustedInSeconds)}`;
  return `${percentText(saved.ratioPerHour)} of the budget an hour${gone}, had it gone to all traffic`;
}

function small(report: SloReportJson): Html {
  const notes = [
    ...(report.flaws.count === 0
      ? []
      : [
          `${countText(report.flaws.count)} buckets contradict themselves and count for nothing: ${report.flaws.first ?? ''}`,
        ]),
    ...(report.maintenanceSeconds > 0
      ? [`${durationText(report.maintenanceSeconds)} of maintenance are left out`]
      : []),
    ...report.notes,
  ];
  const name = encodeURIComponent(report.slo);
  return html`${
      notes.length === 0
        ? null
        : html`<h2>Notes</h2>
            <ul>
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }
    <p class="small soft">
      Computed ${timeText(report.computedAt)} from counts until ${timeText(report.asOf)}.
      <a href="/v1/slos/${name}">JSON</a> · <a href="/v1/slos/${name}?format=csv">releases as CSV</a> ·
      <a href="/analyses?slo=${name}">all analyses</a>
    </p>`;
}
