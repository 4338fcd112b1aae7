import { nearNames } from '../config/near-names.ts';
import type { Path } from '../config/path.ts';
import { hasOpenTag, tagsIn } from './args.ts';
import { burngateMetric } from './burngate-metric.ts';
import { checkMetric } from './check-metric.ts';
import { checkDryRun, checkMode } from './check-mode.ts';
import { checkRequest } from './check-request.ts';
import { checkVerdict } from './check-verdict.ts';
import type { Tell } from './finding.ts';
import { readLimits } from './limits.ts';
import { isObject, objectAt, objectsAt } from './raw.ts';
import { checkShape } from './shape.ts';
import { TEMPLATE_SPEC } from './template-shape.ts';
import {
  defaultsOf,
  isDryRun,
  nameOf,
  patternOf,
  type MetricView,
  type TemplateView,
} from './template-view.ts';

const MOST_KEPT = 100;

/** Everything that can be said of a template without knowing who uses it. */
export function checkTemplate(template: TemplateView, tell: Tell): void {
  const spec = objectAt(template.manifest.value, 'spec');
  checkShape(spec, TEMPLATE_SPEC, ['spec'], tell);
  checkArgs(template, tell);
  if (template.metrics.length === 0 && !template.isNested) {
    tell('no-metrics', {
      at: ['spec'],
      given: 'no metric',
      allowed: 'at least one',
      fix: 'metrics:\n  - ...',
    });
  }
  const values = defaultsOf(template.args);
  const names = template.metrics.map((metric) => nameOf(metric, values));
  for (const [index, metric] of template.metrics.entries()) {
    const name = names[index] ?? '';
    if (names.indexOf(name) < index) {
      const fix = `name: ${name}-${String(index + 1)}`;
      const at = [...metric.at, 'name'];
      tell('metric-duplicate', { at, given: `${name} again`, allowed: 'a name of its own', fix });
    }
    checkOne(metric, template, values, tell);
  }
  checkDryRunRules(template, names, tell);
  checkRetention(template, tell);
}

/** One metric with the args that are known: the defaults, or what a Rollout supplies. */
export function checkOne(
  metric: MetricView,
  { args, dryRun }: Pick<TemplateView, 'args' | 'dryRun'>,
  values: ReadonlyMap<string, string>,
  tell: Tell,
): void {
  checkMetric(metric, values, tell);
  const ours = burngateMetric(metric, values);
  if (ours === undefined) return;
  const limits = readLimits(metric.raw, metric.at, values);
  if (isDryRun(nameOf(metric, values), dryRun)) checkDryRun(limits, tell);
  else checkMode(ours, limits, values, tell);
  checkVerdict(ours, tell);
  checkRequest(ours, args, values, tell);
}

function checkArgs({ args, metrics, manifest }: TemplateView, tell: Tell): void {
  const names = args.map(({ name }) => name);
  for (const [index, { name, at, isSecret }] of args.entries()) {
    if (names.indexOf(name) < index) {
      const fix = `remove the second ${name}`;
      tell('arg-duplicate', { at, given: `${name} again`, allowed: 'each arg once', fix });
    }
    if (isSecret) {
      const given = `${name} from a Secret`;
      const allowed = 'an in-cluster address without a token, or this on purpose';
      tell('secret-arg', {
        at,
        given,
        allowed,
        fix: 'change the Secret in place, never delete or rename it',
      });
    }
  }
  for (const { value, index } of objectsAt(objectAt(manifest.value, 'spec'), 'args')) {
    if (!isObject(objectAt(value, 'valueFrom')['fieldRef'])) continue;
    const at = ['spec', 'args', index, 'valueFrom', 'fieldRef'];
    const fix = `- name: ${String(value['name'])}`;
    const allowed = 'a default, or nothing: the Rollout supplies it';
    tell('arg-fieldref', { at, given: 'a fieldRef', allowed, fix, key: true });
  }
  for (const metric of metrics) checkTags(metric.raw, metric.at, names, tell);
}

/** Every text of a metric, wherever it stands. */
function checkTags(value: unknown, at: Path, names: readonly string[], tell: Tell): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkTags(item, [...at, index], names, tell);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) checkTags(item, [...at, key], names, tell);
  } else if (typeof value === 'string') checkText(value, at, names, tell);
}

function checkText(text: string, at: Path, names: readonly string[], tell: Tell): void {
  if (hasOpenTag(text)) {
    tell('arg-syntax', { at, given: '{{ without }}', allowed: '{{args.NAME}}', fix: 'close the braces' });
  }
  for (const { text: inner, arg } of tagsIn(text)) {
    if (arg === undefined) {
      const fix = `{{args.${inner.replace(/^args\.?/, '').trim() || 'NAME'}}}`;
      tell('arg-syntax', { at, given: `{{${inner}}}`, allowed: '{{args.NAME}}', fix });
    } else if (!names.includes(arg)) {
      const near = nearNames(arg, names)[0];
      const fix = near === undefined ? `args:\n  - name: ${arg}` : `{{args.${near}}}`;
      const allowed = names.length === 0 ? 'a declared arg; none is' : `one of ${names.join(', ')}`;
      tell('arg-undeclared', { at, given: `the arg ${arg}`, allowed, fix });
    }
  }
}

function checkDryRunRules({ dryRun, isNested }: TemplateView, names: readonly string[], tell: Tell): void {
  // A name with an arg in it is known once a Rollout supplies the arg.
  const isOpen = names.some((name) => tagsIn(name).length > 0);
  for (const [index, rule] of dryRun.entries()) {
    const at = ['spec', 'dryRun', index, 'metricName'];
    const fix = 'metricName: .*';
    const pattern = patternOf(rule);
    if (pattern === undefined)
      tell('dry-run-pattern', { at, given: rule, allowed: 'a regular expression', fix });
    else if (!isNested && !isOpen && !names.some((name) => pattern.test(name)))
      tell('dry-run-rule', { at, given: rule, allowed: `one that matches ${names.join(' or ')}`, fix });
  }
}

function checkRetention({ manifest }: TemplateView, tell: Tell): void {
  for (const { value, index } of objectsAt(objectAt(manifest.value, 'spec'), 'measurementRetention')) {
    const { limit } = value;
    if (typeof limit !== 'number' || limit <= MOST_KEPT) continue;
    const at = ['spec', 'measurementRetention', index, 'limit'];
    const allowed = `at most ${String(MOST_KEPT)}`;
    tell('retention-large', { at, given: String(limit), allowed, fix: `limit: ${String(MOST_KEPT)}` });
  }
}
