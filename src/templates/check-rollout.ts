import { checkBlueGreen } from './check-blue-green.ts';
import { checkConfig } from './check-config.ts';
import { checkSteps } from './check-steps.ts';
import { checkUse, type KnownSlos } from './check-use.ts';
import type { Tell } from './finding.ts';
import type { Manifest } from './manifest.ts';
import type { Judged } from './judged.ts';
import { limitOf, readLimits } from './limits.ts';
import { objectAt } from './raw.ts';
import { resolveUse } from './resolve-use.ts';
import { ROLLOUT_SPEC } from './rollout-shape.ts';
import { rolloutView, usesOf } from './rollout-view.ts';
import { checkShape } from './shape.ts';

/** What a Rollout is checked against. */
export interface Surroundings {
  readonly given: readonly Manifest[];
  /** Templates that come with Burngate. */
  readonly library: readonly Manifest[];
  readonly slos: KnownSlos | undefined;
  /** Version of Argo Rollouts as major and minor and patch; undefined: any that is recent enough. */
  readonly argo: readonly [number, number, number] | undefined;
}

export function checkRollout(manifest: Manifest, surroundings: Surroundings, tell: Tell): void {
  checkShape(objectAt(manifest.value, 'spec'), ROLLOUT_SPEC, ['spec'], tell);
  const rollout = rolloutView(manifest);
  const judged = usesOf(rollout).map((use): Judged => {
    const { given, library, slos } = surroundings;
    const resolved = resolveUse(use, manifest.namespace, given, library, tell);
    const used = checkUse(use, resolved, slos, tell);
    const metrics = resolved.templates.reduce((sum, template) => sum + template.metrics.length, 0);
    return { use, used, isOnlyOurs: resolved.isComplete && metrics === used.length };
  });
  checkSteps(rollout, judged, tell);
  checkBlueGreen(rollout, judged, tell);
  checkConfig(manifest, surroundings.given, tell);
  checkVersion(judged, surroundings.argo, tell);
}

function checkVersion(judged: readonly Judged[], argo: Surroundings['argo'], tell: Tell): void {
  if (argo === undefined) return;
  const [major, minor, patch] = argo;
  if (major > 1 || minor > 8 || (minor === 8 && patch >= 2)) return;
  for (const { use, used } of judged) {
    const needs = used.some(({ metric }) => {
      const limits = readLimits(metric.raw, metric.at, new Map());
      return limitOf(limits, 'consecutiveSuccessLimit') !== 0;
    });
    if (!needs) continue;
    const given = `Argo Rollouts ${argo.join('.')}`;
    tell('argo-version', { at: use.at, given, allowed: '1.8.2 or newer', fix: 'upgrade Argo Rollouts' });
  }
}
