import type { ProviderError, ProviderFault } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import { SECOND, type EpochMs } from '../../src/core/units.ts';
import { fault, garbled } from './fault.ts';
import type { Auth } from './settings.ts';
import type { HttpAnswer } from './transport.ts';

/** Where the server does not say how long. */
const BACK_OFF = 15 * SECOND;

interface Told {
  /** Prometheus' own class: bad_data, execution, timeout, canceled, internal, unavailable. */
  readonly type: string;
  /** One short clean line of what it said; '' where it said nothing readable. */
  readonly text: string;
}

/** An answer other than 200 in the words of the port. */
export function httpFault(server: string, answer: HttpAnswer, auth: Auth['kind']): ProviderError {
  const { status } = answer;
  const told = toldBy(answer);
  const because = told.text === '' ? String(status) : `${String(status)}: ${told.text}`;
  const kind = kindOf(status, told.type);
  if (kind === null) return garbled(server, `the status ${String(status)}`);
  const { code, what, remedy, retryable } = KINDS[kind];
  return fault(code, `${server} ${what} (${because}).`, kind === 'denied' ? REMEDY_OF_AUTH[auth] : remedy, {
    retryable,
  });
}

type Kind = 'redirect' | 'denied' | 'quota' | 'gaveUp' | 'broken' | 'absent' | 'refused';

function kindOf(status: number, type: string): Kind | null {
  if (status < 300) return null;
  if (status < 400) return 'redirect';
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'quota';
  if (type === 'timeout' || type === 'canceled' || status === 504 || status === 408) return 'gaveUp';
  if (status >= 500) return 'broken';
  return status === 404 ? 'absent' : 'refused';
}

interface Wording {
  readonly code: ProviderFault;
  readonly what: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

const KINDS: Readonly<Record<Kind, Wording>> = {
  redirect: {
    code: 'provider-denied',
    what: 'sends us elsewhere, which is not followed',
    remedy:
      'Set BURNGATE_PROMETHEUS_URL to the final address of the API; a redirect to a login page means that credentials are missing.',
    retryable: false,
  },
  denied: { code: 'provider-denied', what: 'refuses us', remedy: '', retryable: false },
  quota: {
    code: 'provider-quota',
    what: 'limits our calls',
    remedy: 'The next look asks again; if it stays so, raise the limit of the server.',
    retryable: true,
  },
  gaveUp: {
    code: 'provider-timeout',
    what: 'gave up the query',
    remedy:
      'The next look asks again; if it stays so, narrow the matchers or look at the load of the server.',
    retryable: true,
  },
  broken: {
    code: 'provider-unavailable',
    what: 'is out of order',
    remedy: 'The next look asks again; if it stays so, look at the log of the server.',
    retryable: true,
  },
  absent: {
    code: 'provider-rejected',
    what: 'has no Prometheus API there',
    remedy: 'Set BURNGATE_PROMETHEUS_URL to the address up to, but without, /api/v1.',
    retryable: false,
  },
  refused: {
    code: 'provider-rejected',
    what: 'refuses the query',
    remedy: 'Compare the query in the record with what the server understands, and correct the SLO file.',
    retryable: false,
  },
};

const REMEDY_OF_AUTH: Readonly<Record<Auth['kind'], string>> = {
  none: 'Set BURNGATE_PROMETHEUS_AUTH, and BURNGATE_PROMETHEUS_TENANT where the server has tenants.',
  basic: 'Check BURNGATE_PROMETHEUS_USERNAME and the file of BURNGATE_PROMETHEUS_PASSWORD_FILE.',
  bearer: 'Check the token in the file of BURNGATE_PROMETHEUS_TOKEN_FILE and what it may read.',
  google: 'Give the service account roles/monitoring.viewer on the project of the address.',
};

/** The server itself, not the SLO, has a limit that a shorter span may keep. */
export function isTooManySamples(answer: HttpAnswer): boolean {
  return (
    (answer.status === 422 || answer.status === 400) &&
    /too many samples|exceeded maximum resolution|too many (?:points|chunks|series)|err-mimir-max/i.test(
      toldBy(answer).text,
    )
  );
}

/** When the server wants to be asked again; null: it does not say that we should wait. */
export function retryAfter({ status, headers }: HttpAnswer, now: EpochMs): EpochMs | null {
  if (status !== 429 && status !== 503) return null;
  const given = headers['retry-after'];
  const text = typeof given === 'string' ? given.trim() : '';
  if (/^\d{1,6}$/.test(text)) return now + Number(text) * SECOND;
  const date = Date.parse(text);
  if (Number.isFinite(date)) return date;
  return status === 429 ? now + BACK_OFF : null;
}

function toldBy({ body }: HttpAnswer): Told {
  try {
    const { errorType, error } = Object(JSON.parse(body)) as Record<string, unknown>;
    const text = typeof error === 'string' ? shown(error).slice(1, -1) : '';
    return { type: typeof errorType === 'string' ? errorType : '', text };
  } catch {
    return { type: '', text: '' };
  }
}
