/** A made-up shop: SLOs over recorded counts in which every verdict can be had by asking for it. */

/** The first minute of all recordings. */
export const START = Date.parse('2024-03-01T10:00:00Z');
const MINUTES = 60;
/** As of when the recordings have been judged: their last minute, and the settling lag of two. */
export const AT = '2024-03-01T11:02:00Z';

/** Events of one minute. */
type Counts = readonly [good: number, bad: number];

/** Rows of one cohort, the same in every minute. `labels` fills the columns behind `bad`. */
interface Rows {
  readonly cohort: string;
  readonly counts: Counts;
  readonly labels?: readonly string[];
}

const HEALTHY: Counts = [50, 0];
const HARMFUL: Counts = [40, 10];
const STABLE: Counts = [449, 1];

/** A CSV of whole minutes from `START` on. */
export function recording(columns: readonly string[], rows: readonly Rows[], minutes = MINUTES): string {
  const lines = [['time', 'cohort', 'good', 'bad', ...columns].join(',')];
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const { cohort, counts, labels = [] } of rows)
      lines.push([START / 1000 + 60 * minute, cohort, ...counts, ...labels].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The recording of a canary beside a stable that is well. */
export function release(canary: Counts, minutes = MINUTES): string {
  return recording(
    [],
    [
      { cohort: 'canary', counts: canary },
      { cohort: 'stable', counts: STABLE },
    ],
    minutes,
  );
}

export interface ShopSlo {
  readonly name: string;
  readonly path: string;
  readonly service?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function sloYaml({ name, path, service = 'shop', annotations = {} }: ShopSlo): string {
  const source = `{ metricSource: { type: recorded, spec: { path: ${path}, settlingLag: 2m } } }`;
  return [
    'apiVersion: openslo/v1',
    'kind: SLO',
    'metadata:',
    `  name: ${name}`,
    `  annotations: ${JSON.stringify(annotations)}`,
    'spec:',
    `  service: ${service}`,
    '  indicator:',
    `    metadata: { name: ${name} }`,
    `    spec: { ratioMetric: { counter: true, bad: ${source}, total: ${source} } }`,
    '  timeWindow: [{ duration: 28d, isRolling: true }]',
    '  budgetingMethod: Occurrences',
    '  objectives: [{ target: 0.99 }]',
    '',
  ].join('\n');
}

/** Files of a folder with these SLOs. */
export function sloFiles(slos: readonly ShopSlo[]): Record<string, string> {
  return { 'slos.yaml': slos.map((slo) => sloYaml(slo)).join('---\n') };
}

/** Files have neither namespaces nor clusters. */
const GLOBAL = { 'burngate.io/scope': 'global' };

/** SLOs and recordings of the whole shop. */
export const SHOP: Readonly<Record<string, string>> = {
  ...sloFiles([
    { name: 'checkout', path: 'harmful.csv', annotations: GLOBAL },
    { name: 'search', path: 'healthy.csv', annotations: GLOBAL },
    {
      name: 'advice',
      path: 'harmful.csv',
      annotations: { ...GLOBAL, 'burngate.io/required': 'false' },
    },
    { name: 'cart', path: 'healthy.csv', service: 'cart' },
    { name: 'hashes', path: 'hashes.csv', service: 'warehouse', annotations: GLOBAL },
    { name: 'scoped', path: 'scoped.csv', service: 'warehouse' },
    {
      name: 'pods',
      path: 'pods.csv',
      service: 'warehouse',
      annotations: {
        ...GLOBAL,
        'burngate.io/cohort': '{value: "${rollout}-${hash}-", match: prefix}',
      },
    },
    {
      name: 'endpoints',
      path: 'endpoints.csv',
      service: 'warehouse',
      annotations: { ...GLOBAL, 'burngate.io/breakdown': 'endpoint' },
    },
    {
      name: 'alone',
      path: 'alone.csv',
      service: 'warehouse',
      annotations: {
        ...GLOBAL,
        'burngate.io/policy.onMissingStable': 'absolute',
        'burngate.io/policy.maxBurnRate': '14.4',
      },
    },
    { name: 'lost', path: 'lost.csv', service: 'broken', annotations: GLOBAL },
    { name: 'garbled', path: 'garbled.csv', service: 'broken', annotations: GLOBAL },
  ]),
  'healthy.csv': release(HEALTHY),
  'harmful.csv': release(HARMFUL),
  'hashes.csv': recording(
    [],
    [
      { cohort: '6d5f4c7b8', counts: HARMFUL },
      { cohort: '7b8c9d0e1', counts: HEALTHY },
      { cohort: '5c4b3a291', counts: STABLE },
    ],
  ),
  'scoped.csv': recording(
    ['namespace', 'cluster'],
    [
      { cohort: 'canary', counts: HEALTHY, labels: ['shop', 'east'] },
      { cohort: 'stable', counts: STABLE, labels: ['shop', 'east'] },
      { cohort: 'canary', counts: HARMFUL, labels: ['staging', 'east'] },
      { cohort: 'stable', counts: STABLE, labels: ['staging', 'east'] },
      { cohort: 'canary', counts: HARMFUL, labels: ['shop', 'west'] },
      { cohort: 'stable', counts: STABLE, labels: ['shop', 'west'] },
    ],
  ),
  'pods.csv': recording(
    [],
    [
      { cohort: 'store-6d5f4c7b8-x2x4z', counts: HARMFUL },
      { cohort: 'store-7b8c9d0e1-k9k8j', counts: HEALTHY },
      { cohort: 'store-5c4b3a291-abcde', counts: STABLE },
    ],
  ),
  'endpoints.csv': recording(
    ['group'],
    [
      { cohort: 'canary', counts: [2000, 2], labels: ['GET /items'] },
      { cohort: 'stable', counts: [8000, 8], labels: ['GET /items'] },
      { cohort: 'canary', counts: [1, 9], labels: ['POST /orders'] },
      { cohort: 'stable', counts: [40, 0], labels: ['POST /orders'] },
    ],
  ),
  'alone.csv': recording([], [{ cohort: 'canary', counts: HARMFUL }]),
  'garbled.csv': 'time,cohort,good,bad\n1709287200,canary,many,few\n',
};
