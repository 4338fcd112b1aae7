import { z } from 'zod';
import { isMapping, partsOf } from './raw-value.ts';
import { anyText, check, dnsLabel, mapping, optional } from './schema.ts';
import { nearNames } from './near-names.ts';
import type { Reporter } from './reporter.ts';

const LABEL_KEY = /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const OURS = 'burngate.io/';

const labelValue = z.union(
  [z.string(), z.array(z.string())],
  'a text, or a list of texts (quote numbers and booleans)',
);
const schema = mapping({
  name: dnsLabel,
  displayName: optional(anyText),
  labels: optional(z.record(z.string(), labelValue, 'a mapping of labels')),
  // Values of other systems are theirs; ours are judged with the SLO.
  annotations: optional(z.record(z.string(), z.unknown(), 'a mapping of annotations')),
});

export interface Metadata {
  readonly name: string;
  readonly displayName?: string;
}

/** Judges `metadata` of any OpenSLO object. */
export function parseMetadata(raw: unknown, report: Reporter): Metadata | null {
  const metadata = check(schema, raw, report);
  const badLabels = Object.keys(partsOf(partsOf(raw)['labels'])).filter((key) => !LABEL_KEY.test(key));
  for (const key of badLabels) {
    report.problem(
      ['labels', key],
      'this label name',
      'at most 63 letters, digits, "-", "_" and ".", alphanumeric at both ends',
      'key',
    );
  }
  if (metadata === null || badLabels.length > 0) return null;
  return {
    name: metadata.name,
    ...(typeof metadata.displayName === 'string' && { displayName: metadata.displayName }),
  };
}

/** Annotations of Burngate by their name without the prefix. */
export function burngateAnnotations(rawMetadata: unknown): ReadonlyMap<string, unknown> {
  const annotations = partsOf(rawMetadata)['annotations'];
  const entries = isMapping(annotations) ? Object.entries(annotations) : [];
  return new Map(
    entries.filter(([key]) => key.startsWith(OURS)).map(([key, value]) => [key.slice(OURS.length), value]),
  );
}

export function annotationKey(name: string): string {
  return `${OURS}${name}`;
}

/** An annotation that nobody reads would look as if it worked. */
export function refuseAnnotations(rawMetadata: unknown, kind: string, report: Reporter): void {
  for (const name of burngateAnnotations(rawMetadata).keys()) {
    report.problem(
      ['annotations', annotationKey(name)],
      `${annotationKey(name)} on a ${kind}`,
      'annotations of Burngate on the SLO itself',
      'key',
    );
  }
}

/** A prefix of another spelling would be taken for another system's annotation and ignored. */
export function warnOfStrayPrefix(rawMetadata: unknown, report: Reporter): void {
  for (const key of Object.keys(partsOf(partsOf(rawMetadata)['annotations']))) {
    const prefix = key.slice(0, key.indexOf('/') + 1);
    if (prefix !== OURS && nearNames(prefix, [OURS]).length > 0) {
      report.warn(['annotations', key], `is ignored: annotations of Burngate begin with ${OURS}`);
    }
  }
}
