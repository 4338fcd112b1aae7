import type { AnalysisDetailJson, MeasurementJson } from '../reports/analysis-schemas.ts';
import { burnText, countText, percentText, timeText, UNKNOWN } from './format.ts';
import { html, type Html } from './html.ts';
import { table, verdictBadge } from './parts.ts';

interface Group {
  readonly group: string;
  readonly canary: { readonly good: number; readonly bad: number };
  readonly stable: { readonly good: number; readonly bad: number };
  readonly logHarm: number | null;
}

/** Groups (endpoints) that matter for the verdict, worst first. */
export function groupTable({ groups = [], target = 0 }: MeasurementJson): Html | null {
  if (groups.length === 0) return null;
  const rows = groups as unknown as readonly Group[];
  return html`<h3>Groups</h3>
    ${table(
      'Groups that matter for the verdict, the strongest evidence first',
      [
        { name: 'Group' },
        { name: 'Canary', number: true },
        { name: 'Canary burns', number: true },
        { name: 'Stable', number: true },
        { name: 'Stable burns', number: true },
        { name: 'Log evidence', number: true },
      ],
      rows.map(({ group, canary, stable, logHarm }) => [
        html`<code>${group}</code>`,
        share(canary),
        burnText(burnOf(canary, target)),
        share(stable),
        burnText(burnOf(stable, target)),
        logHarm === null ? UNKNOWN : logHarm.toFixed(1),
      ]),
    )}`;
}

function burnOf({ good, bad }: Group['canary'], target: number): number | null {
  return good + bad === 0 ? null : bad / (good + bad) / (1 - target);
}

/** Buckets shown on the page; all are in the JSON. */
const MOST_BUCKETS = 180;

/** Counts of the newest buckets, newest first. */
export function bucketTable({ buckets = [], trace = [] }: MeasurementJson): Html | null {
  if (buckets.length === 0) return null;
  const verdictAt = new Map(trace.map(({ time, verdict }) => [time, verdict]));
  const shown = buckets.slice(-MOST_BUCKETS).toReversed();
  const caption =
    shown.length < buckets.length
      ? `The newest ${String(shown.length)} of ${String(buckets.length)} buckets; all are in the JSON`
      : `All ${String(buckets.length)} buckets, newest first`;
  return html`<details>
    <summary>Counts by bucket</summary>
    ${table(
      caption,
      [
        { name: 'Time' },
        { name: 'Canary', number: true },
        { name: 'Stable', number: true },
        { name: 'Verdict then' },
      ],
      shown.map(({ time, canary, stable, flaw }) => [
        timeText(time),
        canary === null ? 'no data' : share(canary),
        stable === null ? 'no data' : share(stable),
        flaw ?? verdictAt.get(time) ?? UNKNOWN,
      ]),
    )}
  </details>`;
}

/** Looks that changed something, unless there are few: a hundred equal ones are one row. */
export function lookTable(looks: AnalysisDetailJson['looks']): Html {
  const turns = looks.filter((look, index) => {
    const before = looks.slice(index + 1).find(({ slo, mode }) => slo === look.slo && mode === look.mode);
    return before === undefined || before.code !== look.code || index === 0;
  });
  return table(
    `${countText(looks.length)} looks, newest first; equal ones in a row are shown once, by the first of them`,
    [
      { name: 'As of' },
      { name: 'SLO' },
      { name: 'Asked by' },
      { name: 'Verdict' },
      { name: 'Reason', long: true },
    ],
    turns.map(({ at, slo, mode, verdict, code, reason }) => [
      timeText(at),
      slo,
      mode ?? code,
      verdictBadge(verdict),
      reason,
    ]),
  );
}

function share({ good, bad }: { readonly good: number; readonly bad: number }): string {
  const all = good + bad;
  return all === 0 ? 'no events' : `${countText(bad)} of ${countText(all)} (${percentText(bad / all)})`;
}
