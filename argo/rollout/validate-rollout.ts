import { resolveMetrics } from '../analysis/resolve-metrics.ts';
import { buildRunSpec, RunSpecError } from '../analysis/run-spec.ts';
import type { AnalysisTemplate } from '../analysis/template.ts';
import { ManifestError } from '../read.ts';
import { resolveRolloutArgs } from './rollout-args.ts';
import type { Rollout, RolloutAnalysis } from './rollout.ts';

/**
 * The templates that an analysis refers to.
 *
 * @throws ManifestError for one that is not there
 */
export function templatesOf(
  analysis: RolloutAnalysis,
  templates: readonly AnalysisTemplate[],
): readonly AnalysisTemplate[] {
  return analysis.templates.map((wanted) => {
    const isWanted = (template: AnalysisTemplate): boolean =>
      template.name === wanted.name && template.isClusterScoped === wanted.isClusterScoped;
    const found = templates.find(isWanted);
    if (found !== undefined) return found;
    const kind = wanted.isClusterScoped ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    throw new ManifestError(`${kind} '${wanted.name}' not found`);
  });
}

/**
 * Checks the references of a Rollout as Argo does before it starts one: templates exist, every arg
 * has a value, and no step can run forever. Args without a default count as a text there, whatever
 * the Rollout supplies, so a count from an arg needs a default in the template.
 *
 * @throws ManifestError with Argo's words (the condition InvalidSpec)
 */
export function validateRollout(rollout: Rollout, templates: readonly AnalysisTemplate[]): void {
  for (const [index, step] of rollout.steps.entries()) {
    if (step.kind === 'setCanaryScale' && !rollout.hasTrafficRouting) {
      throw new ManifestError(
        `spec.strategy.canary.steps[${String(index)}].setCanaryScale: needs trafficRouting, found none.`,
      );
    }
    if (step.kind !== 'analysis') continue;
    const path = `spec.strategy.canary.steps[${String(index)}].analysis.templates`;
    validateAnalysis(path, rollout, step.analysis, templates);
    for (const template of templatesOf(step.analysis, templates)) refuseEndless(path, template);
  }
  if (rollout.background === undefined) return;
  validateAnalysis('spec.strategy.canary.analysis.templates', rollout, rollout.background, templates);
}

function validateAnalysis(
  path: string,
  rollout: Rollout,
  analysis: RolloutAnalysis,
  templates: readonly AnalysisTemplate[],
): void {
  const used = templatesOf(analysis, templates);
  const hashes = { latest: 'dummy-new-hash', stable: 'dummy-stable-hash' };
  try {
    buildRunSpec('', used, resolveRolloutArgs(analysis.args, rollout.manifest, hashes), analysis.dryRun);
  } catch (error) {
    if (!(error instanceof RunSpecError)) throw error;
    const names = used.map(({ name }) => name).join(' ');
    throw new ManifestError(`${path}: Invalid value: "templateNames: [${names}]": ${error.message}`);
  }
}

function refuseEndless(path: string, template: AnalysisTemplate): void {
  const values = new Map(template.args.map((arg) => [arg.name, arg.value ?? 'dummy-value']));
  const resolved = resolveMetrics({ ...template, dryRun: [] }, values);
  const refuse = (problem: string): ManifestError =>
    new ManifestError(
      `${path}: Invalid value: "${template.name}": AnalysisTemplate ${template.name}${problem}`,
    );
  if ('problem' in resolved) throw refuse(`: ${resolved.problem}`);
  const endless = resolved.metrics.find((metric) => metric.effectiveCount === undefined);
  if (endless !== undefined) throw refuse(` has metric ${endless.name} which runs indefinitely`);
}
