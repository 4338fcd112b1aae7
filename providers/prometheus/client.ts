import { ProviderError } from '../../src/core/errors.ts';
import type { ProviderDeps } from '../../src/core/provider.ts';
import { SECOND, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { RateBudget } from '../_shared/rate-budget.ts';
import { NotAnAnswer, parseAnswer, type ApiAnswer } from './answer.ts';
import { authHeaders, type AuthHeaders } from './auth.ts';
import { AnswerTooLarge, closedProvider, fault, garbled } from './fault.ts';
import { httpFault, isTooManySamples, retryAfter } from './http-fault.ts';
import type { PrometheusSettings } from './settings.ts';
import { Transport, type HttpAnswer } from './transport.ts';

/** Differences below this are the second that the Date header is cut to, and the way of the answer. */
const SKEW_TOLERANCE: DurationMs = 5 * SECOND;

/** The two queries of the Prometheus HTTP API, each tried once. */
export class PrometheusApi {
  /** Host and path, for messages and metrics; settings allow no secrets in it. */
  readonly server: string;
  readonly #settings: PrometheusSettings;
  readonly #deps: ProviderDeps;
  readonly #transport: Transport;
  readonly #auth: AuthHeaders;
  readonly #budget: RateBudget;
  readonly #closing = new AbortController();
  #skew: DurationMs = 0;

  constructor(settings: PrometheusSettings, deps: ProviderDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.server = settings.url.replace(/^https?:\/\//, '');
    this.#transport = new Transport(settings, deps.now);
    this.#auth = authHeaders(settings.auth, settings.url);
    this.#budget = new RateBudget({
      name: this.server,
      callsPerMinute: settings.callsPerMinute,
      concurrency: settings.concurrency,
      now: deps.now,
      onLeft: (calls) => {
        deps.meter.budgetLeft(this.server, calls);
      },
    });
  }

  /** How far the server's clock is ahead of ours, as far as it can be told; 0 within a few seconds. */
  get skew(): DurationMs {
    return this.#skew;
  }

  /** Evaluates once; a range selector gives the samples as stored. Throws `ProviderError` or `AnswerTooLarge`. */
  async instant(query: string, time: EpochMs, signal: AbortSignal): Promise<ApiAnswer> {
    return this.#call('/api/v1/query', { query, time: seconds(time) }, signal);
  }

  /** Evaluates at each step from `start` to `end`, both included. Throws `ProviderError` or `AnswerTooLarge`. */
  async range(
    query: string,
    span: { readonly start: EpochMs; readonly end: EpochMs; readonly step: DurationMs },
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const { start, end, step } = span;
    const form = { query, start: seconds(start), end: seconds(end), step: seconds(step) };
    const answer = await this.#call('/api/v1/query_range', form, signal);
    const isOff = answer.series.some(({ values, histograms }) =>
      [...values, ...histograms].some(([time]) => time < start || time > end || (time - start) % step !== 0),
    );
    if (isOff) throw garbled(this.server, 'points off the steps that were asked for');
    return answer;
  }

  close(): void {
    this.#closing.abort(closedProvider());
    this.#transport.close();
  }

  async #call(path: string, form: Readonly<Record<string, string>>, caller: AbortSignal): Promise<ApiAnswer> {
    this.#closing.signal.throwIfAborted();
    const done = await this.#budget.take(caller);
    const { timeout } = this.#settings;
    const late = AbortSignal.timeout(timeout);
    const signal = AbortSignal.any([caller, late, this.#closing.signal]);
    const told = new URLSearchParams({ ...form, timeout: seconds(timeout) });
    try {
      const headers = { ...(await this.#auth()), ...this.#tenant() };
      const answer = this.#read(await this.#transport.post(path, told, headers, signal));
      const points = answer.series.reduce(
        (sum, { values, histograms }) => sum + values.length + histograms.length,
        0,
      );
      this.#deps.meter.apiCall({ budget: this.server, outcome: 'ok', points });
      return answer;
    } catch (error) {
      throw this.#failure(error, caller, late);
    } finally {
      done();
    }
  }

  #tenant(): Record<string, string> {
    const { tenant } = this.#settings;
    return tenant === undefined ? {} : { 'x-scope-orgid': tenant };
  }

  #read(answer: HttpAnswer): ApiAnswer {
    const now = this.#deps.now();
    this.#noteClock(answer, now);
    if (answer.status === 200) {
      return parseAnswer(answer.body);
    }
    if (isTooManySamples(answer)) throw new AnswerTooLarge('too many samples for the server');
    const wait = retryAfter(answer, now);
    if (wait !== null) this.#budget.backOffUntil(wait);
    throw httpFault(this.server, answer, this.#settings.auth.kind);
  }

  /** An answer out of a cache says how old it is. */
  #noteClock({ headers }: HttpAnswer, now: EpochMs): void {
    const date = Date.parse(String(headers['date']));
    const age = Number(headers['age'] ?? 0) * SECOND;
    const skew = date + age - now;
    if (Number.isFinite(skew)) this.#skew = Math.abs(skew) < SKEW_TOLERANCE ? 0 : skew;
  }

  #failure(error: unknown, caller: AbortSignal, late: AbortSignal): unknown {
    const { meter } = this.#deps;
    if (caller.aborted) {
      meter.apiCall({ budget: this.server, outcome: 'aborted' });
      return caller.reason;
    }
    const named = this.#named(error, late);
    const isTooLarge = named instanceof AnswerTooLarge;
    meter.apiCall({ budget: this.server, outcome: isTooLarge ? 'provider-rejected' : named.code });
    return named;
  }

  #named(error: unknown, late: AbortSignal): ProviderError | AnswerTooLarge {
    if (error instanceof AnswerTooLarge) return error;
    if (error instanceof ProviderError) return error;
    if (this.#closing.signal.aborted) return closedProvider();
    if (error instanceof NotAnAnswer) {
      const isVector = error.message.includes('resultType');
      return garbled(this.server, error.message, isVector ? READ_STEPS : undefined);
    }
    if (late.aborted)
      return fault(
        'provider-timeout',
        `${this.server} did not answer within ${seconds(this.#settings.timeout)} s.`,
        'The next look asks again; if it stays so, look at the load of the server or raise BURNGATE_PROMETHEUS_TIMEOUT.',
        { retryable: true, cause: error },
      );
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code.startsWith('Z_'))
      return garbled(this.server, `something else than the gzip it announced (${code})`);
    return fault(
      'provider-unavailable',
      `${this.server} cannot be reached, or broke off: the system says ${code}.`,
      'Check BURNGATE_PROMETHEUS_URL, the network policy and, with https, the certificate authority.',
      { retryable: true, cause: error },
    );
  }
}

const READ_STEPS = 'Set BURNGATE_PROMETHEUS_READ=steps for a server that gives no stored samples.';

function seconds(time: number): string {
  return String(time / SECOND);
}
