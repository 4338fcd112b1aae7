import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import { formatDuration } from '../../src/core/units.ts';
import { garbled, rejected, unavailable } from './fault.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Captured } from './wire.ts';

/** An endpoint, and what an application key needs to use it. */
export interface EndpointFacts {
  readonly name: string;
  readonly permission: string;
}

interface Context {
  readonly endpoint: EndpointFacts;
  readonly site: string;
  readonly limit: RateLimit;
  /** Texts that must not leave, whatever the answer says. */
  readonly secrets: readonly string[];
}

/** What an answer other than 2xx means; null: it is one. */
export function httpFault({ status, text }: Captured, context: Context): ProviderError | null {
  if (status >= 200 && status < 300) return null;
  const { endpoint, site } = context;
  if (status === 401 || status === 403) return denied(status, context);
  if (status === 429) return limited(context);
  if (status === 404 && endpoint.name === 'slo') {
    return rejected(
      `Datadog at ${site} has no such SLO.`,
      'Correct the id in the SLO file; DD_SITE and the keys must be of the organisation that owns it.',
    );
  }
  if (status === 408 || status >= 500) {
    return unavailable(`Datadog at ${site} answered the ${endpoint.name} call with ${String(status)}.`);
  }
  if (status >= 300 && status < 400) {
    return garbled(
      `to the ${endpoint.name} call is a redirect (${String(status)})`,
      'Check DD_SITE: keys are never sent on.',
    );
  }
  return rejected(
    `Datadog refuses the ${endpoint.name} query (${String(status)})${told(text, context.secrets)}.`,
    'Try the query of the evidence in the Metrics or Log Explorer, and correct the SLO file.',
  );
}

function denied(status: number, { endpoint, site }: Context): ProviderError {
  const what =
    status === 401
      ? 'does not know our keys (401)'
      : `refuses our keys the ${endpoint.name} call (403): the permission ${endpoint.permission} is missing, or the keys are of another site`;
  return new ProviderError({
    code: 'provider-denied',
    message: `Datadog at ${site} ${what}.`,
    remedy: `Give the owner of the application key in DD_APP_KEY ${endpoint.permission}; check DD_API_KEY, DD_APP_KEY and DD_SITE.`,
    retryable: false,
  });
}

function limited({ endpoint, site, limit }: Context): ProviderError {
  const rule =
    limit.limit === undefined
      ? ''
      : ` (${limit.name ?? 'limit'}: ${String(limit.limit)} calls${limit.period === undefined ? '' : ` in ${formatDuration(limit.period)}`})`;
  const free = limit.reset === undefined ? '' : `, free again in ${formatDuration(limit.reset)}`;
  return new ProviderError({
    code: 'provider-quota',
    message: `Datadog at ${site} limits the ${endpoint.name} calls of the organisation${rule}${free}.`,
    remedy: 'The next look asks again; if it stays so, look less often or have Datadog raise the limit.',
    retryable: true,
  });
}

/** The first sentence of Datadog's own complaint, short and without our keys. */
function told(text: string, secrets: readonly string[]): string {
  const [complaint] = complaints(text);
  if (complaint === undefined) return '';
  const clean = secrets.reduce((all, secret) => all.replaceAll(secret, '***'), complaint);
  return `: ${shown(clean)}`;
}

function complaints(text: string): string[] {
  try {
    const body: unknown = JSON.parse(text);
    const errors: unknown =
      typeof body === 'object' && body !== null ? Reflect.get(body, 'errors') : undefined;
    return Array.isArray(errors) ? errors.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
