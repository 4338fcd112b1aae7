import type { Slo } from '../../src/core/slo.ts';
import { cohortField } from './cohort-field.ts';
import type { Field } from './filter/syntax.ts';
import { writeField } from './filter/write.ts';
import { groupFields } from './group.ts';
import type { Source } from './query.ts';

/** A label of a log-based metric, and where its value comes from. */
export interface MetricLabel {
  readonly key: string;
  readonly extractor: string;
}

/** The name that Cloud Monitoring queries look for by default. */
const HASH_KEY = 'rollouts_pod_template_hash';
const URL_PATH = String.raw`"^(?:https?://[^/]+)?(/[^?#]*)"`;

/** Cohort, groups, and what of the scope the resource does not say by itself. */
export function labelsOf(source: Source, slo: Slo): MetricLabel[] {
  const label = slo.cohort?.label;
  return [
    { key: label === undefined ? HASH_KEY : 'release', extractor: extract(cohortField(label, source)) },
    ...groupLabels(source, slo),
    ...(['namespace', 'cluster'] as const).flatMap((part) => {
      const field = source[part];
      // Labels of the resource go with the metric.
      return field === null || field[0] === 'resource' ? [] : [{ key: part, extractor: extract(field) }];
    }),
  ];
}

/** One label for each field of the breakdown; none where there is no breakdown, or no field for it. */
export function groupLabels(source: Source, { breakdown }: Slo): MetricLabel[] {
  if (breakdown === undefined) return [];
  const fields = groupFields(breakdown, source) ?? [];
  return fields.map((field) => ({ key: keyOf(field), extractor: extract(field) }));
}

function keyOf(field: Field): string {
  const key = (field.at(-1) ?? '').replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z]/.test(key) && key !== HASH_KEY ? key : `group_${key}`;
}

function extract(field: Field): string {
  const isUrl = field[0] === 'httpRequest' && field[1] === 'requestUrl';
  return isUrl ? `REGEXP_EXTRACT(${writeField(field)}, ${URL_PATH})` : `EXTRACT(${writeField(field)})`;
}
