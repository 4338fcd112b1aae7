import type { Path } from '../config/path.ts';
import { fill } from './args.ts';
import type { Manifest } from './manifest.ts';
import { isObject, objectAt, objectsAt, textAt, type RawObject } from './raw.ts';

/** An arg as a template declares it. */
export interface TemplateArg {
  readonly name: string;
  /** The default; undefined: it has to be supplied. */
  readonly value: string | undefined;
  readonly isSecret: boolean;
  readonly at: Path;
}

export interface MetricView {
  readonly raw: RawObject;
  readonly at: Path;
}

/** What the checks need of an AnalysisTemplate or ClusterAnalysisTemplate. */
export interface TemplateView {
  readonly manifest: Manifest;
  readonly args: readonly TemplateArg[];
  readonly metrics: readonly MetricView[];
  readonly dryRun: readonly string[];
  /** Metrics come from other templates as well, which are looked at by themselves. */
  readonly isNested: boolean;
}

export function isTemplate({ kind }: Manifest): boolean {
  return kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate';
}

export function templateView(manifest: Manifest): TemplateView {
  const spec = objectAt(manifest.value, 'spec');
  return {
    manifest,
    args: objectsAt(spec, 'args').flatMap(({ value, index }) => {
      const name = textAt(value, 'name');
      if (name === undefined) return [];
      const isSecret = isObject(objectAt(value, 'valueFrom')['secretKeyRef']);
      return [{ name, value: textAt(value, 'value'), isSecret, at: ['spec', 'args', index] }];
    }),
    metrics: objectsAt(spec, 'metrics').map(({ value, index }) => ({
      raw: value,
      at: ['spec', 'metrics', index],
    })),
    dryRun: dryRunOf(spec),
    isNested: objectsAt(spec, 'templates').length > 0,
  };
}

/** The regular expressions under `dryRun`. */
export function dryRunOf(raw: RawObject): readonly string[] {
  return objectsAt(raw, 'dryRun').flatMap(({ value }) => textAt(value, 'metricName') ?? []);
}

/** The values of the args that have a default. */
export function defaultsOf(args: readonly TemplateArg[]): ReadonlyMap<string, string> {
  return new Map(args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
}

/** The metric's name with the known args filled in. */
export function nameOf({ raw }: MetricView, values: ReadonlyMap<string, string>): string {
  return fill(textAt(raw, 'name') ?? '', values);
}

/** Whether a metric of this name is in dry-run mode; a rule that is no regular expression matches nothing. */
export function isDryRun(name: string, rules: readonly string[]): boolean {
  return rules.some((rule) => patternOf(rule)?.test(name) === true);
}

/** A rule as Go reads it; what only Go writes that way is written as JavaScript does. */
export function patternOf(rule: string): RegExp | undefined {
  const [, flags = '', source = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(rule) ?? [];
  try {
    return new RegExp(source.replaceAll('(?P<', '(?<').replaceAll('\\z', '$'), flags);
  } catch {
    return undefined;
  }
}
