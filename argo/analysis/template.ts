import { UnmodelledError } from '../unmodelled-error.ts';
import { isObject, listAt, objectAt, objectIn, optionalText, requiredText, type RawObject } from '../read.ts';

/** An arg as a template declares it: with a default, from a Secret, or to be supplied. */
export interface TemplateArg {
  readonly name: string;
  readonly value: string | undefined;
  readonly secret: { readonly name: string; readonly key: string } | undefined;
}

/** How many measurements of the metrics that match are kept. */
export interface Retention {
  readonly metricName: string;
  readonly limit: number;
}

/** A ClusterAnalysisTemplate or AnalysisTemplate. Metrics stay raw until their args are known. */
export interface AnalysisTemplate {
  readonly name: string;
  readonly isClusterScoped: boolean;
  readonly args: readonly TemplateArg[];
  readonly metrics: readonly RawObject[];
  /** Regular expressions of the metrics in dry-run mode. */
  readonly dryRun: readonly string[];
  readonly retention: readonly Retention[];
}

const KINDS = ['AnalysisTemplate', 'ClusterAnalysisTemplate'];

/** Whether a manifest is one of the two kinds {@link parseTemplate} reads. */
export function isTemplate(manifest: unknown): boolean {
  return isObject(manifest) && typeof manifest['kind'] === 'string' && KINDS.includes(manifest['kind']);
}

/**
 * Reads a template manifest.
 *
 * @throws ManifestError for a field of the wrong type, UnmodelledError for nested templates
 */
export function parseTemplate(manifest: unknown): AnalysisTemplate {
  const raw = objectIn(manifest, 'manifest');
  const name = requiredText(objectAt(raw, 'metadata', 'manifest'), 'name', 'metadata');
  const spec = objectAt(raw, 'spec', name);
  if (listAt(spec, 'templates', 'spec').length > 0) {
    throw new UnmodelledError(`templates nested in ${name}`, ['spec.metrics']);
  }
  return {
    name,
    isClusterScoped: raw['kind'] === 'ClusterAnalysisTemplate',
    args: listAt(spec, 'args', 'spec').map((arg, index) => parseArg(arg, `${name}: args[${String(index)}]`)),
    metrics: listAt(spec, 'metrics', 'spec').map((metric) => objectIn(metric, `${name}: metrics`)),
    dryRun: parseDryRun(spec),
    retention: listAt(spec, 'measurementRetention', 'spec').map(parseRetention),
  };
}

function parseArg(raw: unknown, path: string): TemplateArg {
  const arg = objectIn(raw, path);
  const from = objectAt(arg, 'valueFrom', path);
  const reference = objectAt(from, 'secretKeyRef', path);
  return {
    name: requiredText(arg, 'name', path),
    value: optionalText(arg, 'value', path),
    secret: isObject(from['secretKeyRef'])
      ? { name: requiredText(reference, 'name', path), key: requiredText(reference, 'key', path) }
      : undefined,
  };
}

/** The dryRun rules of a template or of a Rollout's analysis. */
export function parseDryRun(spec: RawObject): readonly string[] {
  return listAt(spec, 'dryRun', 'spec').map((rule) =>
    requiredText(objectIn(rule, 'dryRun'), 'metricName', 'dryRun'),
  );
}

function parseRetention(raw: unknown): Retention {
  const rule = objectIn(raw, 'measurementRetention');
  const limit = rule['limit'];
  return {
    metricName: requiredText(rule, 'metricName', 'measurementRetention'),
    limit: typeof limit === 'number' ? limit : 0,
  };
}
