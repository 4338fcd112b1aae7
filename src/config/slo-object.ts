import { z } from 'zod';
import type { Indicator, Slo } from '../core/slo.ts';
import { parseAnnotations } from './annotations.ts';
import { parseInlineIndicator } from './indicator.ts';
import { warnOfStrayPrefix } from './metadata.ts';
import type { SourceContext } from './metric-source.ts';
import { allowedNames } from './near-names.ts';
import { parseObjectives } from './objective.ts';
import type { OpenSloObject } from './openslo-object.ts';
import { givenText, type Reporter } from './reporter.ts';
import { isAbsent, partsOf } from './raw-value.ts';
import { check, description, mapping, optional, elsewhere } from './schema.ts';
import { parseTimeWindow } from './time-window.ts';

/** Requests list SLOs and services with commas, and answers may not hold the characters that Go escapes. */
const SERVICE = /^[A-Za-z0-9](?:[-A-Za-z0-9_./|: ]{0,253}[A-Za-z0-9])?$/;
const SERVICE_RULE =
  'a name of at most 255 letters, digits, spaces and "-", "_", ".", "/", "|", ":", alphanumeric at both ends';
const METHODS = ['Occurrences', 'Timeslices', 'RatioTimeslices'] as const;

const schema = mapping({
  description: optional(description),
  service: z.string(SERVICE_RULE).regex(SERVICE, SERVICE_RULE),
  indicator: elsewhere,
  indicatorRef: elsewhere,
  timeWindow: elsewhere,
  objectives: elsewhere,
  budgetingMethod: z.enum(METHODS, METHODS.join(', ')),
  alertPolicies: optional(z.array(z.unknown(), 'a list')),
});

export interface SloContext extends SourceContext {
  /** Indicators of SLI documents; null: refused, which has been reported. */
  readonly indicators: ReadonlyMap<string, Indicator | null>;
}

/** Judges an SLO document: the SLO, or null after everything wrong with it was reported. */
export function parseSlo(object: OpenSloObject, context: SloContext): Slo | null {
  const { metadata, rawMetadata, report } = object;
  const inSpec = report.at('spec');
  const extras = parseAnnotations(rawMetadata, report.at('metadata'));
  warnOfStrayPrefix(rawMetadata, report.at('metadata'));
  if (isAbsent(object.spec)) return null;
  const spec = check(schema, object.spec, inSpec);
  const parts = partsOf(object.spec);
  const method = METHODS.find((one) => one === parts['budgetingMethod']) ?? 'Occurrences';
  if (method !== 'Occurrences') {
    inSpec.warn(
      ['budgetingMethod'],
      `${method}: canaries are judged by the ratio of events, as with Occurrences`,
    );
  }
  const indicator = findIndicator(parts, context, inSpec);
  const timeWindow = parseTimeWindow(parts['timeWindow'], inSpec.at('timeWindow'));
  const objective = parseObjectives(parts['objectives'], method, inSpec.at('objectives'));
  if (!object.sound || metadata === null || extras === null || spec === null) return null;
  if (indicator === null || timeWindow === null || objective === null) return null;
  return {
    ...metadata,
    ...extras,
    service: spec.service,
    ...(typeof spec.description === 'string' && { description: spec.description }),
    ...objective,
    timeWindow,
    budgetingMethod: spec.budgetingMethod,
    indicator,
    origin: { file: report.file, line: report.position([]).line },
  };
}

function findIndicator(
  parts: Readonly<Record<string, unknown>>,
  context: SloContext,
  report: Reporter,
): Indicator | null {
  const { indicator, indicatorRef } = parts;
  const both = !isAbsent(indicator) && !isAbsent(indicatorRef);
  if (both) report.problem(['indicatorRef'], 'indicatorRef beside indicator', 'one of the two', 'key');
  if (!isAbsent(indicator)) {
    const inline = parseInlineIndicator(indicator, context, report.at('indicator'));
    return both ? null : inline;
  }
  const names = [...context.indicators.keys()];
  if (typeof indicatorRef !== 'string') {
    const given = isAbsent(indicatorRef) ? 'neither indicator nor indicatorRef' : givenText(indicatorRef);
    report.problem(
      isAbsent(indicatorRef) ? [] : ['indicatorRef'],
      given,
      'an indicator, or the name of an SLI in indicatorRef',
    );
    return null;
  }
  const found = context.indicators.get(indicatorRef);
  if (found === undefined) {
    report.problem(
      ['indicatorRef'],
      `${givenText(indicatorRef)}, which no SLI is called`,
      `${allowedNames(indicatorRef, names)}${context.hint}`,
    );
  }
  return found ?? null;
}
