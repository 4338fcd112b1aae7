import { fill } from './args.ts';
import type { Tell } from './finding.ts';
import { goDuration } from './go-duration.ts';
import { readJsonPath } from './json-path.ts';
import { isOpenText, limitOf, LIMITS, readLimits, type Limits } from './limits.ts';
import { isObject, objectAt, textAt, type RawObject } from './raw.ts';
import { PROVIDERS } from './template-shape.ts';
import type { MetricView } from './template-view.ts';

type Values = ReadonlyMap<string, string>;

/** What Argo refuses of one metric, with the known args filled in. */
export function checkMetric({ raw, at }: MetricView, values: Values, tell: Tell): void {
  const limits = readLimits(raw, at, values);
  checkTexts(raw, limits, values, tell);
  checkLimits(limits, tell);
  checkProvider(raw, limits, tell);
}

function checkTexts(raw: RawObject, { at, given }: Limits, values: Values, tell: Tell): void {
  for (const name of LIMITS) {
    const written = raw[name];
    if (given[name] !== 'unknown' || typeof written !== 'string') continue;
    if (isOpenText(written, values)) {
      tell('arg-default-missing', {
        at: [...at, name],
        given: `"${written}", an arg without a default`,
        allowed: 'an arg with a default in this template',
        fix: `- name: ${/args\.([\w.-]+)/.exec(written)?.[1] ?? 'NAME'}\n  value: '60'`,
      });
    } else {
      tell('limit-text', {
        at: [...at, name],
        given: `"${fill(written, values)}"`,
        allowed: 'a whole number',
        fix: `${name}: 60`,
      });
    }
  }
  for (const name of ['interval', 'initialDelay'] as const) {
    const written = textAt(raw, name);
    if (written === undefined || written === '' || isOpenText(written, values)) continue;
    const text = fill(written, values);
    if (goDuration(text) !== undefined) continue;
    tell('duration-invalid', {
      at: [...at, name],
      given: `"${text}"`,
      allowed: 'a Go duration such as 60s, 5m or 1h30m (there are no days)',
      fix: `${name}: 5m`,
    });
  }
}

function checkLimits(limits: Limits, tell: Tell): void {
  const { at, interval } = limits;
  const numbers = LIMITS.map((name) => [name, limitOf(limits, name)] as const);
  for (const [name, value] of numbers) {
    const least = name === 'failureLimit' ? -1 : 0;
    if (value === 'unknown' || value >= least) continue;
    const fix = `${name}: 0`;
    tell('limit-negative', {
      at: [...at, name],
      given: String(value),
      allowed: `${String(least)} or more`,
      fix,
    });
  }
  const [count, failures, inconclusives, , successes] = numbers.map(([, value]) => value);
  if (failures === -1 && successes === 0) {
    tell('limits-disabled', {
      at: [...at, 'failureLimit'],
      given: '-1 without a consecutiveSuccessLimit',
      allowed: '0 or more',
      fix: 'failureLimit: 0',
    });
  }
  if (typeof count !== 'number' || count <= 0) return;
  const wanted = [sum(failures, successes), typeof inconclusives === 'number' ? inconclusives : 0];
  const least = Math.max(...wanted);
  if (count < least) {
    tell('count-below-limits', {
      at: [...at, 'count'],
      given: `count ${String(count)}`,
      allowed: `at least ${String(least)}`,
      fix: `count: ${String(least)}`,
    });
  }
  if (count > 1 && interval === undefined) {
    const allowed = 'an interval';
    tell('interval-missing', { at, given: `count ${String(count)}`, allowed, fix: 'interval: 60s' });
  }
}

function sum(failures: unknown, successes: unknown): number {
  const known = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);
  return known(failures) + known(successes);
}

function checkProvider(raw: RawObject, { at }: Limits, tell: Tell): void {
  const provider = objectAt(raw, 'provider');
  const kinds = Object.keys(PROVIDERS).filter((kind) => provider[kind] !== undefined);
  if (kinds.length !== 1) {
    tell('provider-count', {
      at: [...at, 'provider'],
      given: kinds.length === 0 ? 'none' : kinds.join(' and '),
      allowed: 'exactly one provider',
      fix: 'provider:\n  web: ...',
      key: true,
    });
  }
  if (isObject(provider['web'])) checkWeb(provider['web'], [...at, 'provider', 'web'], tell);
}

function checkWeb(web: RawObject, at: Limits['at'], tell: Tell): void {
  const method = textAt(web, 'method') ?? 'GET';
  const hasText = (textAt(web, 'body') ?? '') !== '';
  const hasJson = isObject(web['jsonBody']);
  if (!['GET', 'POST', 'PUT', ''].includes(method)) {
    const given = `"${method}"`;
    tell('web-method', { at: [...at, 'method'], given, allowed: 'GET, POST or PUT', fix: 'method: POST' });
  } else if ((hasText && hasJson) || ((hasText || hasJson) && ['GET', ''].includes(method))) {
    tell('web-body', {
      at: hasText ? [...at, 'body'] : [...at, 'jsonBody'],
      given: hasText && hasJson ? 'body and jsonBody' : 'a body with GET, which is the default',
      allowed: 'one of them, with POST or PUT',
      fix: 'method: POST',
      key: true,
    });
  }
  const path = textAt(web, 'jsonPath');
  if (path !== undefined && readJsonPath(path).kind === 'no-braces') {
    const fix = `jsonPath: '{${path.trim() === '' ? '$' : path.trim()}}'`;
    tell('path-braces', { at: [...at, 'jsonPath'], given: `"${path}"`, allowed: 'a path in braces', fix });
  }
  if (Object.keys(objectAt(objectAt(web, 'authentication'), 'sigv4')).length > 0) {
    tell('web-auth-ignored', {
      at: [...at, 'authentication', 'sigv4'],
      given: 'sigv4',
      allowed: 'oauth2, or a header',
      fix: "headers:\n  - key: Authorization\n    value: 'Bearer {{args.token}}'",
      key: true,
    });
  }
}
