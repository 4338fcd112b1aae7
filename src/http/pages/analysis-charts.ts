import type { MeasurementJson } from '../reports/analysis-schemas.ts';
import { percentText, timeText } from './format.ts';
import { html, type Html } from './html.ts';
import { chart, type ChartSpec } from './parts.ts';

const BAND_LINES: Pick<ChartSpec, 'series' | 'bands'> = {
  series: [
    { label: 'canary', colour: 'canary' },
    { label: 'canary, upper end', colour: 'canary', edge: true },
    { label: 'canary, lower end', colour: 'canary', edge: true },
    { label: 'stable', colour: 'stable', dash: [8, 4] },
    { label: 'stable, upper end', colour: 'stable', edge: true },
    { label: 'stable, lower end', colour: 'stable', edge: true },
  ],
  bands: [
    { series: [2, 3], colour: 'canary' },
    { series: [5, 6], colour: 'stable' },
  ],
};

/** Bad fractions of both cohorts as they became known, with their bands. */
export function bandChart(
  { bands = [], target = 0, policy = {}, provenAt }: MeasurementJson,
  index: number,
): Html | null {
  const last = bands.at(-1);
  if (bands.length < 2 || last === undefined) return null;
  const of = (cohort: 'canary' | 'stable', part: 'low' | 'high' | 'fraction') =>
    bands.map((point) => point[cohort]?.[part] ?? null);
  const limit = (1 - target) * Number(policy['maxBurnRate'] ?? 1);
  const highest = Math.max(
    limit,
    ...[...of('canary', 'fraction'), ...of('stable', 'fraction')].map((each) => each ?? 0),
  );
  const spec: ChartSpec = {
    format: 'percent',
    summary: `Bad so far at the end: canary ${percentText(last.canary?.fraction ?? null)}, stable ${percentText(last.stable?.fraction ?? null)}, tolerated ${percentText(limit)}.`,
    data: [
      bands.map(({ time }) => Date.parse(time) / 1000),
      of('canary', 'fraction'),
      of('canary', 'high'),
      of('canary', 'low'),
      of('stable', 'fraction'),
      of('stable', 'high'),
      of('stable', 'low'),
    ],
    ...BAND_LINES,
    limits: [{ y: limit, label: 'tolerated', colour: 'soft' }],
    marks: marksOf(provenAt),
    zero: true,
    // The first minutes' bands reach to the sky; what matters is near the lines.
    top: 2.5 * highest,
  };
  return html`<h3>Bad fraction</h3>
    ${chart(`bands-${String(index)}`, 'Share of bad events since the canary began, with 95% bands that hold at every moment at once. “Tolerated” is the error budget times maxBurnRate.', spec)}`;
}

function evidenceLines(gate: boolean, threshold: number, beta: number): Pick<ChartSpec, 'series' | 'limits'> {
  return {
    series: [
      { label: 'burns too fast', colour: 'canary' },
      { label: 'worse than stable', colour: 'third', dash: [8, 4] },
      ...(gate ? [{ label: 'safe', colour: 'good', dash: [3, 3] }] : []),
    ],
    limits: [
      { y: threshold, label: 'a fail takes both', colour: 'bad', side: 'left' as const },
      ...(gate
        ? [{ y: -Math.log(beta), label: 'a gate’s pass', colour: 'good', side: 'left' as const }]
        : []),
    ],
  };
}

/** Proofs of harm as they grew, against what a fail takes. */
export function evidenceChart(measurement: MeasurementJson, index: number): Html | null {
  const { trace = [], figures = {}, provenAt, mode, policy = {}, groupsInTrace } = measurement;
  const last = trace.at(-1);
  const threshold = thresholdOf(figures);
  if (trace.length < 2 || last === undefined || threshold === null) return null;
  const gate = mode === 'gate';
  const spec: ChartSpec = {
    format: 'number',
    summary: `Log evidence at the end: burns too fast ${shown(last.logBurn)}, worse than stable ${shown(last.logRelative)}; a fail takes ${shown(threshold)} of both${provenAt === undefined ? '' : `, reached at ${timeText(provenAt)}`}.`,
    data: [
      trace.map(({ time }) => Date.parse(time) / 1000),
      trace.map(({ logBurn }) => logBurn),
      trace.map(({ logRelative }) => logRelative),
      ...(gate ? [trace.map(({ logSafe }) => logSafe)] : []),
    ],
    ...evidenceLines(mode === 'gate', threshold, Number(policy['beta'] ?? 0.05)),
    marks: marksOf(provenAt),
    zero: true,
    // What has been proven many times over must not flatten the way there.
    top: 5 * threshold,
  };
  const caveats = [
    ...(groupsInTrace === false
      ? ['The counts of groups are no longer kept, so this is the path of the whole alone.']
      : []),
    ...(measurement.code === 'group-harm-proven'
      ? ['This release was not failed by it but by the groups below, whose evidence is their own.']
      : []),
  ];
  return html`<h3>Evidence</h3>
    ${chart(`evidence-${String(index)}`, `Natural logarithm of the evidence after every bucket. Harm of the whole service is proven where both lines are above the threshold. ${caveats.join(' ')}`, spec)}`;
}

function marksOf(provenAt: string | undefined): NonNullable<ChartSpec['marks']> {
  return provenAt === undefined
    ? []
    : [{ x: Date.parse(provenAt) / 1000, label: 'harm proven', colour: 'bad' }];
}

function thresholdOf(figures: Readonly<Record<string, unknown>>): number | null {
  const evidence = figures['evidence'];
  if (typeof evidence !== 'object' || evidence === null || !('threshold' in evidence)) return null;
  return typeof evidence.threshold === 'number' ? evidence.threshold : null;
}

function shown(log: number | null): string {
  return log === null ? 'none' : log.toFixed(1);
}
