import { allowedNames, nearNames } from '../config/near-names.ts';
import { parsePolicy } from '../core/policy.ts';
import { parseDuration } from '../core/units.ts';
import { fill, onlyArg, tagsIn } from './args.ts';
import { ANALYSIS_PATH, type BurngateMetric } from './burngate-metric.ts';
import type { Tell } from './finding.ts';
import { isObject, objectAt, textAt } from './raw.ts';
import type { TemplateArg } from './template-view.ts';

/** Fields of the analysis request, and whether a template has to send them. */
const FIELDS: Readonly<Record<string, boolean>> = {
  slo: true,
  canary: true,
  stable: true,
  mode: false,
  minWindow: false,
  start: false,
  namespace: false,
  cluster: false,
  at: false,
  weight: false,
  rollout: false,
  revision: false,
  policy: false,
};
/** The service answers within 8 s; a second for the way. */
const SHORTEST_TIMEOUT = 9;
const LONGEST_TIMEOUT = 30;

/** What a metric of ours asks, where, and how long it waits. */
export function checkRequest(
  metric: BurngateMetric,
  args: readonly TemplateArg[],
  values: ReadonlyMap<string, string>,
  tell: Tell,
): void {
  checkUrl(metric, values, tell);
  checkTransport(metric, tell);
  checkFields(metric, values, tell);
  checkHashes(metric, args, tell);
  checkName(metric, tell);
}

function checkUrl({ web, at }: BurngateMetric, values: ReadonlyMap<string, string>, tell: Tell): void {
  const url = fill(textAt(web, 'url') ?? '', values);
  if (tagsIn(url).length > 0) return;
  const where = { at: [...at, 'provider', 'web', 'url'], given: `"${url}"` };
  const fix = `url: http://burngate.burngate.svc.cluster.local:8080${ANALYSIS_PATH}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.pathname !== ANALYSIS_PATH) {
    tell('request-url', { ...where, allowed: `an address that ends in ${ANALYSIS_PATH}`, fix });
  } else if (!isInCluster(parsed.hostname)) {
    tell('url-outside', { ...where, allowed: 'a Service of the cluster (NAME.NAMESPACE.svc)', fix });
  }
}

function isInCluster(host: string): boolean {
  return !host.includes('.') || /\.svc(\.|$)/.test(host) || /^[\d.]+$/.test(host) || host.startsWith('[');
}

function checkTransport({ web, at }: BurngateMetric, tell: Tell): void {
  const path = [...at, 'provider', 'web'];
  if (textAt(web, 'method') !== 'POST' || !isObject(web['jsonBody'])) {
    const given = `${textAt(web, 'method') ?? 'no method, which is GET'}${isObject(web['jsonBody']) ? '' : ', no jsonBody'}`;
    tell('request-method', { at: path, given, allowed: 'POST with jsonBody', fix: 'method: POST' });
  }
  const seconds = web['timeoutSeconds'];
  const where = { at: [...path, 'timeoutSeconds'], given: `${String(seconds)} s`, fix: 'timeoutSeconds: 10' };
  if (typeof seconds === 'number' && seconds > 0 && seconds < SHORTEST_TIMEOUT) {
    tell('timeout-short', { ...where, allowed: `${String(SHORTEST_TIMEOUT)} or more` });
  } else if (typeof seconds === 'number' && seconds > LONGEST_TIMEOUT) {
    tell('timeout-long', { ...where, allowed: `at most ${String(LONGEST_TIMEOUT)}` });
  }
  if (web['insecure'] === true) {
    const fix = 'insecure: false';
    tell('tls-unchecked', { at: [...path, 'insecure'], given: 'insecure: true', allowed: 'false', fix });
  }
}

function checkFields(metric: BurngateMetric, values: ReadonlyMap<string, string>, tell: Tell): void {
  const { web, body } = metric;
  if (!isObject(web['jsonBody'])) return;
  const at = [...metric.at, 'provider', 'web', 'jsonBody'];
  const names = Object.keys(FIELDS);
  for (const key of Object.keys(body).filter((one) => !names.includes(one))) {
    const fix = nearNames(key, names)[0] ?? 'remove it';
    tell('request-field', {
      at: [...at, key],
      given: key,
      allowed: allowedNames(key, names),
      fix,
      key: true,
    });
  }
  const absolute = objectAt(body, 'policy')['onMissingStable'] === 'absolute';
  for (const [key, isRequired] of Object.entries(FIELDS)) {
    if (!isRequired || (key === 'stable' && absolute)) continue;
    const value = body[key];
    if (value !== undefined && value !== null && value !== '') continue;
    tell('request-field', { at, given: `no ${key}`, allowed: `${key} is required`, fix: fixOf(key) });
  }
  for (const key of ['namespace', 'rollout'].filter((one) => !(one in body))) {
    tell('request-scope', { at, given: `no ${key}`, allowed: key, fix: fixOf(key), key: true });
  }
  checkValues(metric, values, tell);
}

function fixOf(key: string): string {
  const arg = key === 'canary' || key === 'stable' ? `${key}-hash` : key;
  return `${key}: '{{args.${arg}}}'`;
}

function checkValues(
  { body, mode, at: base }: BurngateMetric,
  values: ReadonlyMap<string, string>,
  tell: Tell,
): void {
  const at = [...base, 'provider', 'web', 'jsonBody'];
  if (mode === undefined) {
    const given = JSON.stringify(body['mode']);
    const fix = 'mode: gate';
    tell('request-field', { at: [...at, 'mode'], given, allowed: 'watch, gate or preflight', fix });
  }
  const minWindow = fill(textAt(body, 'minWindow') ?? '', values);
  if (minWindow !== '' && tagsIn(minWindow).length === 0 && !parseDuration(minWindow).ok) {
    const where = { at: [...at, 'minWindow'], given: `"${minWindow}"` };
    tell('request-field', { ...where, allowed: 'a duration such as 120m', fix: 'minWindow: 120m' });
  }
  if ((body['at'] ?? '') !== '') {
    const given = 'at, which judges as if asked then';
    tell('request-field', { at: [...at, 'at'], given, allowed: 'no at', fix: 'remove at', key: true });
  }
  if (!isObject(body['policy'])) return;
  const policy = Object.fromEntries(
    Object.entries(body['policy']).filter(([, value]) => tagsIn(String(value)).length === 0),
  );
  const parsed = parsePolicy(policy);
  for (const { path, given, allowed } of parsed.ok ? [] : parsed.issues) {
    tell('request-field', {
      at: [...at, 'policy'],
      given: `${path}: ${given}`,
      allowed,
      fix: `${path}: ...`,
    });
  }
}

function checkHashes({ body, at: base }: BurngateMetric, args: readonly TemplateArg[], tell: Tell): void {
  const at = [...base, 'provider', 'web', 'jsonBody'];
  for (const key of ['canary', 'stable'] as const) {
    const value = body[key];
    if (value === undefined || value === null || value === '') continue;
    const arg = onlyArg(value);
    if (arg === undefined) {
      const given = JSON.stringify(value);
      tell('hash-fixed', { at: [...at, key], given, allowed: 'one arg', fix: fixOf(key) });
      continue;
    }
    const declared = args.find(({ name }) => name === arg);
    if (declared?.value === undefined) continue;
    const given = `the default "${declared.value}"`;
    tell('hash-default', { at: declared.at, given, allowed: 'no default', fix: `- name: ${arg}` });
  }
  const [canary, stable] = [onlyArg(body['canary']), onlyArg(body['stable'])];
  if (canary === undefined || canary !== stable) return;
  const given = `${canary} for both`;
  tell('hash-same', { at: [...at, 'stable'], given, allowed: 'an arg of its own', fix: fixOf('stable') });
}

function checkName({ raw, body, at }: BurngateMetric, tell: Tell): void {
  const name = textAt(raw, 'name') ?? '';
  const slo = textAt(body, 'slo') ?? '';
  const arg = onlyArg(slo);
  const isNamed = arg === undefined ? name.includes(slo) : tagsIn(name).some((tag) => tag.arg === arg);
  if (isNamed || slo === '') return;
  const fix = `name: '${slo}'`;
  tell('metric-name', { at: [...at, 'name'], given: `"${name}"`, allowed: 'a name with the SLO in it', fix });
}
