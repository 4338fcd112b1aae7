import { z } from 'zod';
import { ROLES } from '../core/counts.ts';
import type { Indicator } from '../core/slo.ts';
import { parseMetadata, refuseAnnotations } from './metadata.ts';
import { parseMetricSource, type SourceContext } from './metric-source.ts';
import type { Reporter } from './reporter.ts';
import { isAbsent, partsOf } from './raw-value.ts';
import { check, description, mapping, optional, elsewhere } from './schema.ts';

const inlineSchema = mapping({ metadata: elsewhere, spec: elsewhere });
const specSchema = mapping({
  description: optional(description),
  ratioMetric: elsewhere,
  thresholdMetric: elsewhere,
});
const ratioSchema = mapping({
  counter: optional(z.boolean('true or false')),
  good: elsewhere,
  bad: elsewhere,
  total: elsewhere,
  rawType: optional(z.enum(['success', 'failure'], 'success or failure')),
  raw: elsewhere,
});

/** Judges an SLI written inside an SLO: `{metadata, spec}`. */
export function parseInlineIndicator(
  raw: unknown,
  context: SourceContext,
  report: Reporter,
): Indicator | null {
  const inline = check(inlineSchema, raw, report);
  const { metadata, spec } = partsOf(raw);
  // OpenSLO asks for its name, and nothing here needs it.
  const named = isAbsent(metadata) || parseMetadata(metadata, report.at('metadata')) !== null;
  refuseAnnotations(metadata, 'indicator', report.at('metadata'));
  const indicator = parseIndicatorSpec(spec, context, report.at('spec'));
  return inline !== null && named ? indicator : null;
}

/** Judges the spec of an SLI. */
export function parseIndicatorSpec(raw: unknown, context: SourceContext, report: Reporter): Indicator | null {
  const spec = check(specSchema, raw, report);
  const { ratioMetric, thresholdMetric } = partsOf(raw);
  if (!isAbsent(thresholdMetric)) {
    report.problem(
      ['thresholdMetric'],
      'a thresholdMetric',
      'ratioMetric with good or bad and total: no provider turns a threshold into event counts yet',
      'key',
    );
    return null;
  }
  if (isAbsent(ratioMetric)) {
    if (spec !== null) report.problem([], 'no ratioMetric', 'ratioMetric with good or bad and total');
    return null;
  }
  const indicator = parseRatio(ratioMetric, context, report.at('ratioMetric'));
  return spec === null ? null : indicator;
}

function parseRatio(raw: unknown, context: SourceContext, report: Reporter): Indicator | null {
  const ratio = check(ratioSchema, raw, report);
  const parts = partsOf(raw);
  const given = ROLES.filter((role) => !isAbsent(parts[role]));
  if (!isAbsent(parts['raw'])) {
    report.problem(
      ['raw'],
      'raw',
      'good or bad and total: a ratio computed before hides how many events stand behind it',
      'key',
    );
    return null;
  }
  if (!isAbsent(parts['rawType'])) report.problem(['rawType'], 'rawType without raw', 'no rawType', 'key');
  const short = missing(given);
  if (short !== null) {
    // An empty or misspelt mapping has been named already; what follows from it would repeat that.
    if (ratio !== null || given.length > 0) report.problem([], short.given, short.allowed);
    return null;
  }
  if (given.length === ROLES.length) {
    report.warn(['good'], 'is not used: bad and total say the same and are counted');
  }
  const total = parseMetricSource(parts['total'], 'total', context, report.at('total'));
  const role = given.includes('bad') ? 'bad' : 'good';
  const part = parseMetricSource(parts[role], role, context, report.at(role));
  if (ratio === null || total === null || part === null || !isAbsent(parts['rawType'])) return null;
  return role === 'bad' ? { kind: 'bad-total', bad: part, total } : { kind: 'good-total', good: part, total };
}

function missing(given: readonly string[]): { readonly given: string; readonly allowed: string } | null {
  if (given.includes('total'))
    return given.length > 1 ? null : { given: 'total alone', allowed: 'good or bad beside total' };
  if (given.length === 2) {
    return {
      given: 'good and bad without total',
      allowed:
        'total beside good or bad: without it an absent series of bad events cannot be told from zero of them',
    };
  }
  return {
    given: given.length === 0 ? 'no queries' : `${given.join()} alone`,
    allowed: 'good or bad, and total',
  };
}
