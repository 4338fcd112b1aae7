import { shown, type Parsed } from '../core/parsed.ts';
import type { PolicyOverrides } from '../core/policy.ts';
import type { CohortRule, Slo, SloLink } from '../core/slo.ts';
import { HOUR, MINUTE, SECOND, parseDuration, type DurationMs } from '../core/units.ts';
import { LOOK_BACK } from '../core/window.ts';
import { annotationText, annotationYaml, type Annotation } from './annotation-text.ts';
import { parseCohort } from './cohort-annotation.ts';
import { parseLinks } from './links-annotation.ts';
import { annotationKey, burngateAnnotations } from './metadata.ts';
import { allowedNames } from './near-names.ts';
import { isPolicyAnnotation, parsePolicyAnnotations } from './policy-annotations.ts';
import type { Reporter } from './reporter.ts';
import { parseSpan } from './timestamp.ts';

/** What an SLO says in `metadata.annotations` under `burngate.io/`. */
export interface Extras {
  readonly policy: PolicyOverrides;
  readonly cohort?: CohortRule;
  readonly breakdown?: string;
  readonly podLabel?: string;
  readonly required: boolean;
  readonly scope: Slo['scope'];
  readonly settlingLag?: DurationMs;
  readonly bucketMs: DurationMs;
  readonly maintenance: Slo['maintenance'];
  readonly links?: readonly SloLink[];
}

/** Every annotation that Burngate reads; `policy.<field>` stands for one of each policy field. */
const ANNOTATIONS = [
  'policy',
  'policy.<field>',
  'cohort',
  'breakdown',
  'pod-label',
  'required',
  'scope',
  'settling-lag',
  'bucket',
  'maintenance',
  'links',
] as const;

const MOST_MAINTENANCE = 1000;
const LONGEST_LABEL = 200;

/** Judges all of them; null where one was refused. `report` stands at `metadata`. */
export function parseAnnotations(rawMetadata: unknown, report: Reporter): Extras | null {
  const all = burngateAnnotations(rawMetadata);
  refuseUnknown([...all.keys()], report);
  /** The default where the annotation is not there, null where it is refused. */
  const read = <T, const D = T>(
    name: (typeof ANNOTATIONS)[number],
    fallback: D,
    parse: (one: Annotation) => T | null,
  ): T | D | null =>
    all.has(name)
      ? parse({ value: all.get(name), report: report.at('annotations', annotationKey(name)) })
      : fallback;
  const policy = parsePolicyAnnotations(all, report);
  const cohort = read('cohort', undefined, parseCohort);
  const breakdown = read('breakdown', undefined, parseLabel);
  const podLabel = read('pod-label', undefined, parseLabel);
  const required = read('required', 'true', (one) => parseChoice(one, ['true', 'false']));
  const scope = read('scope', 'rollout', (one) => parseChoice<Slo['scope']>(one, ['rollout', 'global']));
  const settlingLag = read('settling-lag', undefined, parseLag);
  const bucketMs = read('bucket', MINUTE, parseBucket);
  const maintenance = read('maintenance', [], parseMaintenance);
  const links = read('links', undefined, parseLinks);
  if (policy === null || cohort === null || breakdown === null || required === null) return null;
  if (podLabel === null) return null;
  if (scope === null || settlingLag === null || bucketMs === null || maintenance === null || links === null)
    return null;
  return {
    policy,
    ...(cohort !== undefined && { cohort }),
    ...(breakdown !== undefined && { breakdown }),
    ...(podLabel !== undefined && { podLabel }),
    required: required === 'true',
    scope,
    ...(settlingLag !== undefined && { settlingLag }),
    bucketMs,
    maintenance,
    ...(links !== undefined && { links }),
  };
}

function refuseUnknown(names: readonly string[], report: Reporter): void {
  const known: readonly string[] = ANNOTATIONS;
  for (const name of names.filter((one) => !known.includes(one) && !isPolicyAnnotation(one))) {
    const allowed = allowedNames(name, ANNOTATIONS, annotationKey(''));
    report.problem(
      ['annotations', annotationKey(name)],
      `the unknown annotation ${shown(annotationKey(name))}`,
      allowed,
      'key',
    );
  }
}

function parseChoice<T extends string>(one: Annotation, choices: readonly T[]): T | null {
  const allowed = choices.map((choice) => `"${choice}"`).join(' or ');
  const text = annotationText(one, allowed);
  const found = choices.find((choice) => choice === text) ?? null;
  if (text !== null && found === null) one.report.problem([], shown(text), allowed);
  return found;
}

function parseLabel(one: Annotation): string | null {
  const allowed = `the name of a label, at most ${String(LONGEST_LABEL)} characters on one line`;
  const text = annotationText(one, allowed);
  if (text === null) return null;
  if (text.length <= LONGEST_LABEL && !/\p{Cc}/u.test(text)) return text;
  one.report.problem([], shown(text), allowed);
  return null;
}

function parseSpanText(
  one: Annotation,
  fits: (span: DurationMs) => boolean,
  allowed: string,
): DurationMs | null {
  const text = annotationText(one, allowed);
  if (text === null) return null;
  const span: Parsed<DurationMs> = parseDuration(text);
  if (span.ok && fits(span.value)) return span.value;
  one.report.problem([], shown(text), allowed);
  return null;
}

function parseLag(one: Annotation): DurationMs | null {
  return parseSpanText(
    one,
    (span) => span < LOOK_BACK,
    'a duration shorter than the look-back of 24h, such as 4m',
  );
}

function parseBucket(one: Annotation): DurationMs | null {
  // The grid of buckets begins at the epoch, and hours are the coarsest cell that reports use.
  const divides = (span: DurationMs): boolean => span >= SECOND && span % SECOND === 0 && HOUR % span === 0;
  return parseSpanText(
    one,
    divides,
    'a duration of whole seconds that divides an hour, such as 30s, 1m or 5m',
  );
}

function parseMaintenance(one: Annotation): Slo['maintenance'] | null {
  const allowed = 'a list of start/end in RFC 3339, such as ["2026-05-01T22:00:00Z/2026-05-02T02:00:00Z"]';
  const raw = annotationYaml(one, allowed);
  if (raw === null) return null;
  const items: unknown[] = typeof raw === 'string' ? raw.split(/[\s,]+/) : Array.isArray(raw) ? raw : [null];
  if (items.length > MOST_MAINTENANCE) {
    one.report.problem([], `${String(items.length)} windows`, `at most ${String(MOST_MAINTENANCE)}`);
    return null;
  }
  const spans = items.map((item) => parseSpan(typeof item === 'string' ? item.trim() : shown(item)));
  spans.forEach((span, index) => {
    if (!span.ok) one.report.at(index).issues(span.issues);
  });
  const valid = spans.filter((span) => span.ok).map((span) => span.value);
  return valid.length === spans.length ? valid : null;
}
