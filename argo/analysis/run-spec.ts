import type { RawObject } from '../read.ts';
import type { AnalysisTemplate, Retention, TemplateArg } from './template.ts';

/** Everything an AnalysisRun is made from; frozen when the run is created. */
export interface RunSpec {
  readonly name: string;
  readonly metrics: readonly RawObject[];
  readonly args: readonly TemplateArg[];
  readonly dryRun: readonly string[];
  readonly retention: readonly Retention[];
}

/** An arg as the Rollout supplies it. */
export interface SuppliedArg {
  readonly name: string;
  readonly value: string;
}

/** Templates and args that do not make a run, with Argo's message. */
export class RunSpecError extends Error {
  readonly code = 'run-spec';

  constructor(message: string) {
    super(message);
    this.name = 'RunSpecError';
  }
}

/**
 * Builds a run from the templates of one analysis. Args of the Rollout override those of the
 * templates; one that no template declares is dropped without a word, as in Argo.
 *
 * @throws RunSpecError for an arg without a value and for two metrics of one name
 */
export function buildRunSpec(
  name: string,
  templates: readonly AnalysisTemplate[],
  supplied: readonly SuppliedArg[],
  dryRun: readonly string[],
): RunSpec {
  return {
    name,
    metrics: flattenMetrics(templates),
    args: mergeArgs(flattenArgs(templates), supplied),
    dryRun: [...dryRun, ...templates.flatMap((template) => template.dryRun)],
    retention: templates.flatMap((template) => template.retention),
  };
}

function flattenMetrics(templates: readonly AnalysisTemplate[]): readonly RawObject[] {
  const metrics = templates.flatMap((template) => template.metrics);
  const names = new Set<unknown>();
  for (const { name } of metrics.map((metric) => ({ name: metric['name'] }))) {
    if (names.has(name)) throw new RunSpecError(`two metrics have the same name '${String(name)}'`);
    names.add(name);
  }
  return metrics;
}

function flattenArgs(templates: readonly AnalysisTemplate[]): readonly TemplateArg[] {
  const byName = new Map<string, TemplateArg>();
  for (const arg of templates.flatMap((template) => template.args)) {
    const known = byName.get(arg.name);
    if (known?.value !== undefined && arg.value !== undefined && known.value !== arg.value) {
      const values = `'${known.value}', '${arg.value}'`;
      throw new RunSpecError(
        `Argument \`${arg.name}\` specified multiple times with different values: ${values}`,
      );
    }
    if (known?.value === undefined) byName.set(arg.name, arg);
  }
  return [...byName.values()];
}

function mergeArgs(
  declared: readonly TemplateArg[],
  supplied: readonly SuppliedArg[],
): readonly TemplateArg[] {
  return declared.map((arg) => {
    // The last of duplicates wins, even when it is empty.
    const value = supplied.findLast(({ name }) => name === arg.name)?.value ?? arg.value;
    if (value === undefined && arg.secret === undefined) {
      throw new RunSpecError(`args.${arg.name} was not resolved`);
    }
    return { ...arg, value };
  });
}
