import { parsePolicy, resolvePolicy, type PolicyOverrides } from '../core/policy.ts';
import { annotationYaml } from './annotation-text.ts';
import { annotationKey } from './metadata.ts';
import { givenText, type Reporter } from './reporter.ts';
import { isMapping } from './raw-value.ts';

const WHOLE = 'policy';
const PREFIX = 'policy.';

export function isPolicyAnnotation(name: string): boolean {
  return name === WHOLE || name.startsWith(PREFIX);
}

/** Judges `burngate.io/policy` (a mapping) and `burngate.io/policy.<field>`; `report` stands at `metadata`. */
export function parsePolicyAnnotations(
  all: ReadonlyMap<string, unknown>,
  report: Reporter,
): PolicyOverrides | null {
  const whole = all.has(WHOLE)
    ? parseWhole(all.get(WHOLE), report.at('annotations', annotationKey(WHOLE)))
    : {};
  let merged: PolicyOverrides | null = whole;
  for (const [name, value] of all) {
    if (!name.startsWith(PREFIX)) continue;
    const field = name.slice(PREFIX.length);
    const at = report.at('annotations', annotationKey(name));
    const parsed = parsePolicy({ [field]: value }, '');
    if (!parsed.ok) for (const issue of parsed.issues) at.problem([], issue.given, issue.allowed);
    if (whole !== null && Object.hasOwn(whole, field)) {
      at.problem([], `${field} here and in ${annotationKey(WHOLE)}`, 'each policy field once', 'key');
      merged = null;
    }
    merged = parsed.ok && merged !== null ? { ...merged, ...parsed.value } : null;
  }
  return merged === null ? null : checkTogether(merged, report);
}

function parseWhole(value: unknown, report: Reporter): PolicyOverrides | null {
  const allowed = 'a mapping of policy fields such as {margin: 1.5, minEvents: 100}';
  const raw = annotationYaml({ value, report }, allowed);
  if (raw === null) return null;
  if (!isMapping(raw)) {
    report.problem([], givenText(raw), allowed);
    return null;
  }
  const parsed = parsePolicy(raw, '');
  if (parsed.ok) return parsed.value;
  report.issues(parsed.issues);
  return null;
}

/** Fields that are right alone may contradict each other. */
function checkTogether(overrides: PolicyOverrides, report: Reporter): PolicyOverrides | null {
  const resolved = resolvePolicy(overrides);
  if (resolved.ok) return overrides;
  for (const issue of resolved.issues)
    report.problem(['annotations'], `${issue.path} ${issue.given}`, issue.allowed);
  return null;
}
