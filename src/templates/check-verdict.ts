import type { BurngateMetric } from './burngate-metric.ts';
import { holdsFor, type Verdict } from './condition.ts';
import type { Tell } from './finding.ts';
import { readJsonPath } from './json-path.ts';
import { textAt } from './raw.ts';

const WANTED = [
  ['successCondition', 'pass', 'condition-pass'],
  ['failureCondition', 'fail', 'condition-fail'],
] as const satisfies readonly (readonly [string, Verdict, string])[];

/** Whether path and conditions turn Burngate's three verdicts into Argo's three phases, and keep the reason. */
export function checkVerdict(metric: BurngateMetric, tell: Tell): void {
  const given = textAt(metric.web, 'jsonPath') ?? '{$}';
  const path = readJsonPath(given);
  const at = [...metric.at, 'provider', 'web', 'jsonPath'];
  const fix = "jsonPath: '{$}'";
  switch (path.kind) {
    case 'no-braces':
      return;
    case 'unread':
      return tell('path-unread', { at, given: `"${given}"`, allowed: '{$}', fix });
    case 'path': {
      const isSummary = path.steps.length === 1 && path.steps[0] === 'summary';
      if (path.steps.length > 0 && !isSummary) {
        const allowed = '{$}, or {$.summary} for the chart';
        tell('path-lost-reason', { at, given: `"${given}"`, allowed, fix });
      }
      checkConditions(metric, path.pick, isSummary ? 'result[1]' : 'result.verdict', tell);
    }
  }
}

function checkConditions(
  { raw, at }: BurngateMetric,
  pick: (answer: unknown) => unknown,
  verdict: string,
  tell: Tell,
): void {
  for (const [name, wanted, rule] of WANTED) {
    const text = textAt(raw, name) ?? '';
    const right = `${verdict} == "${wanted}"`;
    const fix = `${name}: ${right}`;
    if (text.trim() === '') {
      tell('condition-missing', { at, given: `no ${name}`, allowed: 'both conditions', fix });
      continue;
    }
    const holds = holdsFor(text, pick);
    const where = { at: [...at, name], fix, allowed: right };
    if (holds === 'unread') tell('condition-unread', { ...where, given: text });
    else if (holds === 'error') tell('condition-error', { ...where, given: text });
    else if (holds.length !== 1 || holds[0] !== wanted) {
      const says = holds.length === 0 ? 'no verdict' : holds.join(' and ');
      tell(rule, { ...where, given: `${text}, which holds for ${says}` });
    }
  }
}
