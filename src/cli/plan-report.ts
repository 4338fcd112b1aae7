import { percent } from '../core/conditions.ts';
import type { Plan, Spent } from '../core/plan-shape.ts';
import type { Wait } from '../core/plan-wait.ts';
import { planWarnings, times } from '../core/plan-warnings.ts';
import { formatDuration, MINUTE, SECOND } from '../core/units.ts';
import { table } from './table.ts';

/** The plan as one JSON object; ratios and minutes, unrounded. */
export function planJson(plan: Plan): object {
  const { ask, horizon, highestBurn, stableBurn, harm, safety, steps, group } = plan;
  return {
    objective: ask.target,
    policy: ask.policy,
    eventsPerSecond: ask.eventsPerSecond,
    stableBad: ask.stableBad,
    stableBurn,
    highestBurn,
    lagSeconds: ask.lag / SECOND,
    gateTimeoutMinutes: ask.gateTimeout / MINUTE,
    periodMinutes: ask.period / MINUTE,
    horizonMinutes: horizon / MINUTE,
    harm: harm.map(({ wait, spent, ...row }) => ({ ...row, ...wait, ...spent })),
    safety: { ...safety.wait, ...safety.spent, safeShare: safety.safeShare, cleanEvents: safety.cleanEvents },
    steps,
    group: group === null ? null : { groups: group.groups, canaryEvents: group.canaryEvents, ...group.wait },
    warnings: planWarnings(plan),
  };
}

/** The plan for people: three tables and what to know before trusting the steps. */
export function planText(plan: Plan): string {
  const { ask, stableBurn } = plan;
  const head = [
    `objective ${exactPercent(ask.target)}, ${String(ask.eventsPerSecond)} rps, stable ${exactPercent(ask.stableBad)} bad (burns ${times(stableBurn)}), counts settle after ${formatDuration(ask.lag)}`,
    "Times run from the canary's first request to the look that says it, settling lag and first look included.",
  ];
  const warnings = planWarnings(plan).map((warning) => `WARNING ${warning}\n`);
  return [
    `${head.join('\n')}\n`,
    harmTable(plan),
    safetyTable(plan),
    stepTable(plan),
    ...(warnings.length > 0 ? [warnings.join('')] : []),
  ].join('\n');
}

function harmTable(plan: Plan): string {
  const period = formatDuration(plan.ask.period);
  const rows = plan.harm.map(({ burn, wait, spent, seenByStep }) => [
    `burns ${times(burn)}${burn === plan.highestBurn ? ' (all fail)' : ''}`,
    ...waitCells(plan, wait),
    ...spentCells(spent, wait),
    ...seenByStep.map((share) => percent(share)),
  ]);
  const ends = plan.steps.map(
    ({ weight, endMinutes }) => `${percent(weight)} (${formatDuration(endMinutes * MINUTE)})`,
  );
  return table([
    [
      'HARM PROVEN',
      'mean',
      'p95',
      'bad requests',
      `of ${period} budget`,
      ...ends.map((end, index) => (index === 0 ? `by the end of ${end}` : end)),
    ],
    ...rows,
    ...groupRow(plan),
  ]);
}

function groupRow(plan: Plan): string[][] {
  const { group } = plan;
  if (group === null) return [];
  const blank = ['', ...plan.steps.map(() => '')];
  return [
    [
      `1 group of ${String(group.groups)} fails`,
      ...waitCells(plan, group.wait),
      `${atLeast(group.wait)}${count(group.canaryEvents)}`,
      ...blank,
    ],
  ];
}

function safetyTable(plan: Plan): string {
  const { wait, spent, safeShare, cleanEvents } = plan.safety;
  const route =
    safeShare === null
      ? '-'
      : `${percent(safeShare)} below ${times(plan.ask.policy.safeBurnRate)}, ${percent(1 - safeShare)} not worse than stable`;
  return table([
    [
      'SAFETY PROVEN',
      'mean',
      'p95',
      'bad requests',
      `of ${formatDuration(plan.ask.period)} budget`,
      'clean requests needed',
      'proven by',
    ],
    ['as healthy as stable', ...waitCells(plan, wait), ...spentCells(spent, wait), count(cleanEvents), route],
  ]);
}

function stepTable(plan: Plan): string {
  return table([
    ['STEP', 'ends', 'canary requests', 'smallest burn seen', 'gate passes', 'after (mean)', 'p95'],
    ...plan.steps.map(({ weight, dwellMinutes, endMinutes, canaryEvents, smallestBurn, gate }) => [
      `${percent(weight)} for ${formatDuration(dwellMinutes * MINUTE)}`,
      formatDuration(endMinutes * MINUTE),
      count(canaryEvents),
      smallestBurn === null ? 'none' : times(smallestBurn),
      percent(gate.share),
      gate.share === 0 ? '-' : minutes(gate),
      gate.p95Minutes === null ? '-' : formatDuration(gate.p95Minutes * MINUTE),
    ]),
  ]);
}

function waitCells({ horizon }: Plan, wait: Wait): [mean: string, p95: string] {
  const never = `not in ${formatDuration(horizon)}`;
  if (wait.share < 0.5) return [wait.share === 0 ? never : `${never} (${percent(1 - wait.share)})`, '-'];
  return [
    minutes(wait),
    wait.p95Minutes === null ? `over ${formatDuration(horizon)}` : formatDuration(wait.p95Minutes * MINUTE),
  ];
}

function minutes(wait: Wait): string {
  return `${atLeast(wait)}${formatDuration(Math.round(wait.meanMinutes) * MINUTE)}`;
}

function spentCells({ badEvents, budgetShare }: Spent, wait: Wait): [events: string, share: string] {
  return [`${atLeast(wait)}${count(badEvents)}`, `${atLeast(wait)}${percent(budgetShare)}`];
}

/** Where some releases ran into the horizon, a mean is only a lower bound. */
function atLeast({ share }: Wait): string {
  return share < 1 ? '>' : '';
}

function count(events: number): string {
  return events < 10 ? String(Number(events.toPrecision(2))) : Math.round(events).toLocaleString('en-US');
}

/** As it was given: 99.999% must not read as 100%. */
function exactPercent(ratio: number): string {
  return `${String(Number((100 * ratio).toPrecision(12)))}%`;
}
