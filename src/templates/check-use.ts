import { allowedNames, nearNames } from '../config/near-names.ts';
import { fill, onlyArg, tagsIn } from './args.ts';
import { burngateMetric, type BurngateMetric } from './burngate-metric.ts';
import { checkOne } from './check-template.ts';
import type { Said, Tell } from './finding.ts';
import { isEndless, readLimits } from './limits.ts';
import { objectAt, textAt } from './raw.ts';
import type { Resolved } from './resolve-use.ts';
import type { AnalysisUse } from './rollout-view.ts';
import type { RuleId } from './rules.ts';
import { defaultsOf, isDryRun, nameOf, type TemplateArg, type TemplateView } from './template-view.ts';

/** SLOs that are configured; undefined where no SLO files were given. */
export interface KnownSlos {
  readonly names: readonly string[];
  readonly services: readonly string[];
}

/** A metric of ours in its place, with the args of the Rollout. */
export interface UsedMetric {
  readonly metric: BurngateMetric;
  readonly isDryRun: boolean;
}

/** One analysis of a Rollout with its templates: what Argo refuses, and what its args do to our metrics. */
export function checkUse(
  use: AnalysisUse,
  resolved: Resolved,
  slos: KnownSlos | undefined,
  tell: Tell,
): readonly UsedMetric[] {
  const { templates, isComplete } = resolved;
  checkArgs(use, resolved, tell);
  const values = valuesOf(use, templates);
  const names = new Set<string>();
  const dryRun = [...use.dryRun, ...templates.flatMap((template) => template.dryRun)];
  const used: UsedMetric[] = [];
  for (const template of templates) {
    const refused = rulesOf(template);
    for (const metric of template.metrics) {
      const name = nameOf(metric, values);
      if (names.has(name)) {
        const allowed = 'metrics with names of their own';
        tell('metric-duplicate', { at: use.at, given: `${name} twice`, allowed, fix: 'rename one of them' });
      }
      names.add(name);
      const limits = readLimits(metric.raw, metric.at, values);
      if (use.use !== 'background' && isEndless(limits)) {
        const given = `${template.manifest.name} without a count`;
        tell('step-endless', { at: use.at, given, allowed: 'a template with a count', fix: fixOfUse(use) });
      }
      // What the defaults already have is told at the template itself; here only what these args bring.
      checkOne(metric, { ...template, dryRun }, values, relocated(use, refused, tell));
      const ours = burngateMetric(metric, values);
      if (ours === undefined) continue;
      used.push({ metric: ours, isDryRun: isDryRun(name, dryRun) });
      checkHashes(use, ours, tell);
      checkSlo(use, ours, values, slos, tell);
    }
  }
  if (!isComplete) return used;
  checkDropped(use, templates, tell);
  checkDryRunRules(use, dryRun, [...names], tell);
  return used;
}

function checkDryRunRules(
  { at }: AnalysisUse,
  rules: readonly string[],
  names: readonly string[],
  tell: Tell,
): void {
  if (names.some((name) => tagsIn(name).length > 0)) return;
  for (const rule of rules.filter((one) => !names.some((name) => isDryRun(name, [one])))) {
    const allowed = `one that matches ${names.join(' or ')}`;
    tell('dry-run-rule', { at, given: rule, allowed, fix: 'metricName: .*' });
  }
}

function fixOfUse({ use }: AnalysisUse): string {
  return `templateName: ${use === 'post-promotion' ? 'burngate-blue-green' : 'burngate-gate'}`;
}

/** The values a run would have; what Argo fills in when the release begins is not known, or the default. */
function valuesOf(use: AnalysisUse, templates: readonly TemplateView[]): ReadonlyMap<string, string> {
  const values = new Map(templates.flatMap(({ args }) => [...defaultsOf(args)]));
  for (const { name, value } of use.args) if (value !== undefined) values.set(name, value);
  return values;
}

function rulesOf(template: TemplateView): ReadonlySet<RuleId> {
  const found = new Set<RuleId>();
  for (const metric of template.metrics)
    checkOne(metric, template, defaultsOf(template.args), (rule) => found.add(rule));
  return found;
}

function relocated(use: AnalysisUse, known: ReadonlySet<RuleId>, tell: Tell): Tell {
  return (rule, said: Said) => {
    if (!known.has(rule) && rule !== 'hash-default') tell(rule, { ...said, at: [...use.at, 'args'] });
  };
}

function checkArgs(use: AnalysisUse, { templates }: Resolved, tell: Tell): void {
  const supplied = use.args.map(({ name }) => name);
  for (const [index, { name, at }] of use.args.entries()) {
    if (supplied.indexOf(name) === index) continue;
    tell('arg-duplicate', {
      at,
      given: `${name} again`,
      allowed: 'each arg once',
      fix: `remove one ${name}`,
    });
  }
  const declared = new Map<string, TemplateArg>();
  for (const arg of templates.flatMap((template) => template.args)) {
    const other = declared.get(arg.name);
    if (other?.value !== undefined && arg.value !== undefined && other.value !== arg.value) {
      const given = `${arg.name}: "${other.value}" and "${arg.value}"`;
      tell('arg-conflict', { at: use.at, given, allowed: 'one default', fix: `give both the same default` });
    }
    if (other?.value === undefined) declared.set(arg.name, arg);
  }
  for (const { name, value, isSecret } of declared.values()) {
    if (value !== undefined || isSecret || supplied.includes(name)) continue;
    tell('arg-missing', {
      at: use.at,
      given: `no arg ${name}`,
      allowed: `${name} is required`,
      fix: fixOfArg(name),
    });
  }
}

function fixOfArg(name: string): string {
  const hash = name.startsWith('stable') ? 'Stable' : 'Latest';
  if (name.endsWith('-hash')) return `- name: ${name}\n  valueFrom:\n    podTemplateHashValue: ${hash}`;
  if (name === 'namespace')
    return '- name: namespace\n  valueFrom:\n    fieldRef:\n      fieldPath: metadata.namespace';
  return `- name: ${name}\n  value: ...`;
}

function checkDropped(use: AnalysisUse, templates: readonly TemplateView[], tell: Tell): void {
  const declared = templates.flatMap(({ args }) => args.map(({ name }) => name));
  for (const { name, at } of use.args.filter((arg) => !declared.includes(arg.name))) {
    const near = nearNames(name, declared)[0];
    const fix = near === undefined ? `remove ${name}` : `- name: ${near}`;
    tell('arg-dropped', { at, given: name, allowed: allowedNames(name, declared), fix });
  }
}

function checkHashes(use: AnalysisUse, { body }: BurngateMetric, tell: Tell): void {
  for (const [key, wanted] of [
    ['canary', 'Latest'],
    ['stable', 'Stable'],
  ] as const) {
    const name = onlyArg(body[key]);
    const arg = use.args.findLast((one) => one.name === name);
    if (arg === undefined || arg.hash === wanted) continue;
    const given =
      arg.hash === undefined ? (arg.value === undefined ? 'a fieldRef' : `"${arg.value}"`) : arg.hash;
    const rule = arg.hash === undefined ? 'hash-fixed' : 'hash-swapped';
    const fix = `- name: ${arg.name}\n  valueFrom:\n    podTemplateHashValue: ${wanted}`;
    tell(rule, { at: arg.at, given, allowed: `podTemplateHashValue: ${wanted}`, fix });
  }
}

function checkSlo(
  use: AnalysisUse,
  { body }: BurngateMetric,
  values: ReadonlyMap<string, string>,
  slos: KnownSlos | undefined,
  tell: Tell,
): void {
  const written = textAt(objectAt({ body }, 'body'), 'slo') ?? '';
  const text = fill(written, values);
  const at = use.args.findLast((arg) => arg.name === onlyArg(written))?.at ?? use.at;
  if (text.trim() === '') {
    tell('slo-missing', {
      at,
      given: '""',
      allowed: 'the name of an SLO',
      fix: '- name: slo\n  value: NAME',
    });
    return;
  }
  if (slos === undefined || tagsIn(text).length > 0) return;
  for (const part of text.split(',').map((one) => one.trim())) {
    const service = part.startsWith('service:') ? part.slice('service:'.length) : undefined;
    const known = service === undefined ? slos.names : slos.services;
    const name = service ?? part;
    if (known.includes(name)) continue;
    const prefix = service === undefined ? '' : 'service:';
    const fix = `value: ${prefix}${nearNames(name, known)[0] ?? known[0] ?? 'NAME'}`;
    tell('slo-unknown', { at, given: part, allowed: allowedNames(name, known, prefix), fix });
  }
}
