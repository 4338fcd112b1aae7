import type { DurationMs } from '../../src/core/units.ts';
import type { Tags, Threshold } from './query-model.ts';
import { isMetricName, isTagKey, tagValue } from './tag-text.ts';

/** One metric query, before it is text. */
export interface MetricText {
  readonly metric: string;
  readonly aggregate: Aggregate;
  readonly filter: readonly Tags[];
  readonly exclude: Tags;
  readonly by: readonly string[];
  readonly bucketMs: DurationMs;
}

/**
 * `sum` of a count; of a distribution `count` of all values, of those below or of those at or above a threshold;
 * `unit` asks for the values themselves, so that the answer names their unit.
 */
export type Aggregate =
  | { readonly kind: 'sum' | 'count' | 'unit' }
  | { readonly kind: 'below' | 'from'; readonly threshold: Threshold };

/**
 * `sum:requests{env:prod AND kube_replica_set IN (a,b)} by {kube_replica_set}.as_count().rollup(sum, 60)`.
 * `.as_count()` sums over time and never interpolates; without it the default is an average. Symbolic (`,` `!`)
 * and worded operators do not mix, so all are words. The parts are checked once more on the way in: this is the
 * last place where they are not yet syntax. Throws a TypeError then, for that would be our own bug.
 */
export function metricText({ metric, aggregate, filter, exclude, by, bucketMs }: MetricText): string {
  const scope = filterText(filter, exclude);
  const groups = by.length === 0 ? '' : ` by {${by.map((key) => checkedKey(key)).join(',')}}`;
  const head = `${aggregateText(aggregate)}:${checked(metric, isMetricName(metric))}{${scope === '' ? '*' : scope}}${groups}`;
  const seconds = String(bucketMs / 1000);
  return aggregate.kind === 'unit'
    ? `${head}.rollup(avg, ${seconds})`
    : `${head}.as_count().rollup(sum, ${seconds})`;
}

/** The filter alone, as `apm_metrics` takes it. */
export function filterText(filter: readonly Tags[], exclude: Tags): string {
  const terms = [
    ...filter.flatMap((tags) => termsOf(tags, ' IN ', false)),
    ...termsOf(exclude, ' NOT IN ', true),
  ];
  return terms.join(' AND ');
}

function termsOf(tags: Tags, operator: string, negated: boolean): string[] {
  return Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      const all = values.map((value) => checked(value, tagValue(value) === value));
      const [only] = all;
      return only !== undefined && all.length === 1 && !negated
        ? `${checkedKey(key)}:${only}`
        : `${checkedKey(key)}${operator}(${all.join(',')})`;
    });
}

function aggregateText(aggregate: Aggregate): string {
  switch (aggregate.kind) {
    case 'sum':
      return 'sum';
    case 'count':
      return 'count';
    case 'unit':
      return 'avg';
    case 'below':
      return `count(v: v<${decimal(aggregate.threshold.below)})`;
    case 'from':
      return `count(v: v>=${decimal(aggregate.threshold.below)})`;
  }
}

/** Without an exponent, which the query language does not know. */
function decimal(value: number): string {
  const text = value.toFixed(9).replace(/\.?0+$/, '');
  return checked(text, Number.isFinite(value) && Number(text) > 0);
}

function checkedKey(key: string): string {
  return checked(key, isTagKey(key));
}

function checked(text: string, isGood: boolean): string {
  if (!isGood) throw new TypeError('a part of a Datadog query was not checked before');
  return text;
}
