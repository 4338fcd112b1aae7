import type { Tell } from './finding.ts';
import type { Judged } from './judged.ts';
import { isObject } from './raw.ts';
import { STEP_KINDS } from './rollout-shape.ts';
import type { CanaryStep, RolloutView } from './rollout-view.ts';

/** The steps of a canary, in themselves and around the analyses that ask Burngate. */
export function checkSteps(rollout: RolloutView, judged: readonly Judged[], tell: Tell): void {
  const { canary } = rollout;
  if (canary === undefined) return;
  for (const step of rollout.steps)
    checkStep(step, isObject(canary['trafficRouting']), rollout.replicas, tell);
  for (const { use, used } of judged.filter((one) => one.use.use === 'step')) {
    if (!used.some(({ isDryRun, metric }) => isDryRun && metric.mode === 'gate')) continue;
    const allowed = 'a gate that decides, or the onboarding template in the background';
    tell('gate-dry-run', { at: use.at, given: 'a gate in dry-run mode', allowed, fix: 'remove dryRun' });
  }
  const decides = judged.some(({ used }) => used.some(({ isDryRun }) => !isDryRun));
  if (!decides) return;
  const roles = rolesOf(judged);
  checkBackground(rollout, roles, judged, tell);
  checkPreflight(rollout, roles, tell);
  checkGates(rollout, roles, tell);
  checkPauses(rollout, tell);
}

/** What an analysis does for a release. Metrics of others count as a gate: they proved something of their own. */
interface Role {
  readonly isPreflight: boolean;
  readonly isGate: boolean;
  readonly isOurGate: boolean;
  readonly isWatch: boolean;
}

type Roles = ReadonlyMap<Judged['use'], Role>;

function rolesOf(judged: readonly Judged[]): Roles {
  return new Map(
    judged.map(({ use, used, isOnlyOurs }) => {
      const deciding = used.filter(({ isDryRun }) => !isDryRun).map(({ metric }) => metric.mode);
      return [
        use,
        {
          isPreflight: deciding.includes('preflight'),
          isGate: deciding.includes('gate') || !isOnlyOurs,
          isOurGate: deciding.includes('gate'),
          isWatch: deciding.includes('watch'),
        },
      ];
    }),
  );
}

function checkStep({ raw, at, weight }: CanaryStep, hasRouting: boolean, replicas: number, tell: Tell): void {
  const kinds = STEP_KINDS.filter((kind) => raw[kind] !== undefined);
  if (kinds.length !== 1) {
    const given = kinds.length === 0 ? 'nothing' : kinds.join(' and ');
    tell('step-kind', { at, given, allowed: `one of ${STEP_KINDS.join(', ')}`, fix: '- setWeight: 10' });
  }
  if (weight !== undefined && (weight < 0 || weight > 100)) {
    const where = { at: [...at, 'setWeight'], given: String(weight) };
    tell('step-weight', { ...where, allowed: '0 to 100', fix: 'setWeight: 50' });
  }
  if (raw['setCanaryScale'] !== undefined && !hasRouting) {
    const where = { at: [...at, 'setCanaryScale'], given: 'no trafficRouting', key: true };
    tell('scale-without-routing', { ...where, allowed: 'trafficRouting', fix: 'remove the step' });
  }
  if (weight === undefined || weight <= 0 || weight >= 100 || hasRouting) return;
  const share = (Math.ceil((weight * replicas) / 100) / replicas) * 100;
  if (share < 2 * weight) return;
  tell('weight-rounded', {
    at: [...at, 'setWeight'],
    given: `${String(weight)} of ${String(replicas)} pods, which is ${String(Math.round(share))}% of the traffic`,
    allowed: 'a weight that whole pods can make, or trafficRouting',
    fix: `setWeight: ${String(Math.round(share))}`,
  });
}

function checkBackground(rollout: RolloutView, roles: Roles, judged: readonly Judged[], tell: Tell): void {
  const { background, steps } = rollout;
  const role = background === undefined ? undefined : roles.get(background);
  const own = judged.find(({ use }) => use === background)?.used ?? [];
  if (background !== undefined) {
    for (const { metric } of own.filter(({ isDryRun, metric: { mode } }) => !isDryRun && mode !== 'watch')) {
      const given = `mode ${metric.mode ?? '?'} in the background`;
      const fix = 'templateName: burngate-watch';
      tell('background-holds', { at: background.at, given, allowed: 'mode watch', fix });
    }
  }
  const firstWeight = steps.findIndex(({ weight }) => (weight ?? 0) > 0);
  if (role?.isWatch !== true && role?.isGate !== true) {
    tell('no-watch', {
      at: ['spec', 'strategy', 'canary'],
      given: 'no background analysis in mode watch',
      allowed: 'burngate-watch',
      fix: 'analysis:\n  startingStep: 1\n  templates:\n    - templateName: burngate-watch\n      clusterScope: true',
    });
  }
  const start = background?.raw['startingStep'];
  if (background === undefined || typeof start !== 'number' || firstWeight < 0 || start <= firstWeight)
    return;
  const where = { at: [...background.at, 'startingStep'], given: `step ${String(start)}` };
  const allowed = `at most ${String(firstWeight)}, the first step with traffic`;
  tell('watch-late', { ...where, allowed, fix: `startingStep: ${String(firstWeight)}` });
}

function checkPreflight({ steps }: RolloutView, roles: Roles, tell: Tell): void {
  const isPreflight = ({ analysis }: CanaryStep): boolean =>
    analysis !== undefined && roles.get(analysis)?.isPreflight === true;
  const index = steps.findIndex(isPreflight);
  const firstWeight = steps.findIndex(({ weight }) => (weight ?? 0) > 0);
  const fix =
    'steps:\n  - analysis:\n      templates:\n        - templateName: burngate-preflight\n          clusterScope: true';
  if (index < 0) {
    const at = ['spec', 'strategy', 'canary', 'steps'];
    tell('no-preflight', { at, given: 'no preflight', allowed: 'burngate-preflight as the first step', fix });
  } else if (firstWeight >= 0 && index > firstWeight) {
    const at = steps[index]?.at ?? [];
    tell('preflight-late', {
      at,
      given: 'a preflight with traffic',
      allowed: 'before the first weight',
      fix,
    });
  }
}

function checkGates({ steps }: RolloutView, roles: Roles, tell: Tell): void {
  const gateFix =
    '- analysis:\n    templates:\n      - templateName: burngate-gate\n        clusterScope: true\n    args: ...';
  let weight = 0;
  let isProven = true;
  for (const step of steps) {
    const role = step.analysis === undefined ? undefined : roles.get(step.analysis);
    if (role?.isGate === true) isProven = true;
    if (role?.isOurGate === true && weight === 100) {
      const where = { at: step.at, given: 'a gate at 100%' };
      tell('gate-at-full-weight', { ...where, allowed: 'a last weight below 100', fix: 'setWeight: 50' });
    }
    if (step.weight === undefined) continue;
    if (step.weight > weight && !isProven) {
      const given = `from ${String(weight)} to ${String(step.weight)}`;
      const where = { at: [...step.at, 'setWeight'], given };
      tell('weight-without-gate', { ...where, allowed: 'a gate before it', fix: gateFix });
    }
    if (step.weight > weight) isProven = false;
    weight = step.weight;
  }
  const hasGate = steps.some(
    ({ analysis }) => analysis !== undefined && roles.get(analysis)?.isGate === true,
  );
  if (isProven && hasGate) return;
  const given = `the end at ${String(weight)}%`;
  const at = steps.at(-1)?.at ?? ['spec', 'strategy', 'canary'];
  tell('promotion-without-gate', { at, given, allowed: 'a gate as the last step', fix: gateFix });
}

function checkPauses({ steps }: RolloutView, tell: Tell): void {
  for (const { raw, at } of steps) {
    const { pause } = raw;
    if (!isObject(pause)) continue;
    const where = { at: [...at, 'pause'], key: true };
    const isTimed = pause['duration'] !== undefined && pause['duration'] !== null;
    if (isTimed) {
      const given = `a pause of ${String(pause['duration'])}`;
      const allowed = 'a gate or a bake, which wait by themselves';
      tell('timed-pause', { ...where, given, allowed, fix: 'replace it by an analysis with burngate-gate' });
    } else {
      const allowed = 'no pause after the first gate';
      tell('open-pause', {
        ...where,
        given: 'a pause for a person',
        allowed,
        fix: 'ask before the first gate',
      });
    }
  }
}
