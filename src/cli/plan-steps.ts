import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';
import type { PlanStep } from '../core/plan-traffic.ts';
import { parseDuration, SECOND } from '../core/units.ts';
import { LOOK_BACK } from '../core/window.ts';

const ALLOWED = 'weight in per cent and dwell, such as 5:10m,10:10m,50:2h';
const MOST_STEPS = 20;

/** Reads `5:10m,10:10m`: the weight in per cent and how long the release stays at it. */
export function parseSteps(text: string): Parsed<readonly PlanStep[]> {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > MOST_STEPS)
    return invalid({
      path: '--steps',
      given: `${String(parts.length)} steps`,
      allowed: `at most ${String(MOST_STEPS)}`,
    });
  const steps = parts.map(parseStep);
  const issues = steps.flatMap((step) => ('path' in step ? [step] : []));
  if (issues.length > 0) return invalid(...issues);
  const good = steps.flatMap((step) => ('path' in step ? [] : [step]));
  const length = good.reduce((sum, { dwell }) => sum + dwell, 0);
  return length <= LOOK_BACK
    ? valid(good)
    : invalid({
        path: '--steps',
        given: shown(text),
        allowed: 'steps of 24h in all: no more is looked back on',
      });
}

function parseStep(part: string): PlanStep | Issue {
  const issue: Issue = { path: '--steps', given: shown(part), allowed: ALLOWED };
  const [, percent, span] = /^(\d+(?:\.\d+)?)%?\s*:\s*(\S+)$/.exec(part) ?? [];
  const dwell = parseDuration(span ?? '');
  const weight = Number(percent) / 100;
  if (!dwell.ok || dwell.value < SECOND || !(weight > 0 && weight <= 1)) return issue;
  return { weight, dwell: dwell.value };
}
