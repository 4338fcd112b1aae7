import { percent } from './conditions.ts';
import { FIRST_LOOK } from './plan-runs.ts';
import type { Plan, StepPlan } from './plan-shape.ts';
import { useOf } from './trial.ts';
import { formatDuration, MINUTE } from './units.ts';

/** A step that shows nothing below this burn hides what would page somebody. */
const BLIND_BURN = 10;
/** What happens in fewer releases than this is not to be relied on. */
const USUAL = 0.95;
/** ... and in fewer than this not to be hoped for. */
const RARE = 0.05;

/** What a person should know before trusting these steps, in words; none where all is well. */
export function planWarnings(plan: Plan): string[] {
  return [
    ...stableWarnings(plan),
    ...plan.steps.flatMap((step, index) => stepWarnings(plan, step, index)),
    ...gateWarnings(plan),
    ...groupWarnings(plan),
  ];
}

function stableWarnings({ ask, stableBurn }: Plan): string[] {
  const { maxBurnRate, margin, sharedBurnRate } = ask.policy;
  const equal = stableBurn * margin;
  const warnings: string[] = [];
  if (stableBurn >= sharedBurnRate)
    warnings.push(
      `stable itself burns ${times(stableBurn)} its budget: unless the canary is proven worse, every verdict is a shared incident; use a lower objective`,
    );
  if (equal > maxBurnRate)
    warnings.push(
      `stable itself burns ${times(stableBurn)} its budget, and up to ${times(margin)} of that counts as equal: a canary that burns less than ${times(equal)} never fails`,
    );
  return warnings;
}

function stepWarnings(plan: Plan, step: StepPlan, index: number): string[] {
  const { lag } = plan.ask;
  const where = at(plan, step);
  const dwell = `${formatDuration(step.dwellMinutes * MINUTE)} step`;
  if (isAlone(step))
    return [`${where} no stable is left to compare with: what the canary does there is not judged`];
  if (step.endMinutes * MINUTE < lag + FIRST_LOOK)
    return [
      `${where} your ${dwell} ends before the first look can come, ${formatDuration(lag + FIRST_LOOK)} after the canary's start`,
    ];
  const reach = index === 0 ? `within your ${dwell}` : `by the end of your ${dwell}`;
  if (step.smallestBurn === null)
    return [`${where} no burn can be seen ${reach}, not even a canary that fails every request`];
  return step.smallestBurn > BLIND_BURN
    ? [`${where} no burn below ${times(step.smallestBurn)} can be seen ${reach}`]
    : [];
}

function gateWarnings(plan: Plan): string[] {
  const { ask, steps, safety } = plan;
  const gate = formatDuration(ask.gateTimeout);
  const judged = steps.filter((step) => !isAlone(step));
  const never = judged.filter((step) => step.gate.share < RARE);
  const seldom = judged.filter((step) => step.gate.share >= RARE && step.gate.share < USUAL);
  const remedy = 'use a lower objective for the gate, more weight, or a longer bake';
  const warnings: string[] = [];
  if (never.length > 0)
    warnings.push(
      `${ofAll(plan, never)} safety cannot be proven at this traffic within the gate (${gate}; about ${String(Math.round(safety.cleanEvents))} clean canary events are needed): ${remedy}`,
    );
  for (const step of seldom)
    warnings.push(
      `${at(plan, step)} safety is proven within the gate (${gate}) in only ${percent(step.gate.share)} of healthy releases: ${remedy}`,
    );
  return warnings;
}

function groupWarnings({ group, horizon }: Plan): string[] {
  if (group === null || group.wait.share >= USUAL) return [];
  const how = group.wait.share === 0 ? 'never' : `in only ${percent(group.wait.share)} of releases`;
  return [
    `one group of ${String(group.groups)} that fails completely is found within ${formatDuration(horizon)} ${how}: too few of its requests reach the canary`,
  ];
}

/** A weight at which the judge finds no stable beside the canary. */
function isAlone({ weight }: StepPlan): boolean {
  const events = (share: number) => ({ good: share, bad: 0 });
  return useOf({ time: 0, canary: events(weight), stable: events(1 - weight) }) === 'canary-only';
}

function at(plan: Plan, step: StepPlan): string {
  return ofAll(plan, [step]);
}

function ofAll({ ask }: Plan, steps: readonly StepPlan[]): string {
  const weights = steps.map(({ weight }) => percent(weight));
  const last = weights.pop() ?? '';
  return `at ${weights.length > 0 ? `${weights.join(', ')} and ` : ''}${last} of ${String(ask.eventsPerSecond)} rps`;
}

/** A multiple of the budget for people, to three digits. */
export function times(burn: number): string {
  return `${String(Number(burn.toPrecision(3)))}x`;
}
