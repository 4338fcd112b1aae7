import { ProviderError } from '../../core/errors.ts';
import type { Slo } from '../../core/slo.ts';
import { SECOND, type DurationMs, type EpochMs } from '../../core/units.ts';
import { alignDown } from '../../core/window.ts';
import {
  computeReport,
  reportGrid,
  UnsupportedReport,
  type ComputeDeps,
  type Computed,
} from './compute-report.ts';
import { QUEUE_TERMS, QueueFull, ReportQueue, type QueueTerms, type Shared } from './report-queue.ts';

/** A report with what a reader has to know of its making. */
export interface MadeReport extends Computed {
  readonly computedAt: EpochMs;
  /** Set where a newer one could not be made: why. */
  readonly outdated: string | null;
}

/** No report, and none from before. */
export class ReportUnavailable extends Error {
  override readonly name = 'ReportUnavailable';
  readonly remedy: string;
  readonly retryable: boolean;

  constructor(message: string, remedy: string, retryable: boolean, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
    this.retryable = retryable;
  }
}

export interface ReportServiceDeps extends ComputeDeps {
  readonly clock: () => EpochMs;
  /** Told of every report of now that was made. */
  readonly onReport: (made: MadeReport) => void;
  readonly onFault: (error: unknown) => void;
  /** Longest time that a caller waits; a report of now is made without it all the same. Default 8 s. */
  readonly patience?: DurationMs;
  /** Default `QUEUE_TERMS`. */
  readonly queue?: Partial<QueueTerms>;
}

/** A report this young is not made again: settled counts come once a minute. */
const FRESH = 30 * SECOND;
const PATIENCE = 8 * SECOND;
/** Reports remembered of past times, and as many of now: the past never pushes out what a dead source leaves. */
const MOST_KEPT = 500;

/**
 * Makes reports, one at a time for each SLO and time however many ask, and remembers the last one: when its source
 * is down, that one is given with the reason, never zeros.
 */
export class ReportService {
  readonly #deps: ReportServiceDeps;
  readonly #queue: ReportQueue;
  readonly #now = new Map<string, MadeReport>();
  readonly #past = new Map<string, MadeReport>();
  /** As the sources told them last, by SLO. */
  readonly #lags = new Map<string, DurationMs>();
  readonly #making = new Map<string, Shared<MadeReport>>();

  constructor(deps: ReportServiceDeps) {
    this.#deps = deps;
    this.#queue = new ReportQueue({ ...QUEUE_TERMS, ...deps.queue });
  }

  /** The report as of now, or of a time; times that end in the same cell have one. Throws `ReportUnavailable`. */
  async report(slo: Slo, at?: EpochMs): Promise<MadeReport> {
    const key = at === undefined ? slo.name : this.#keyOf(slo, at);
    const known = (at === undefined ? this.#now : this.#past).get(key);
    const now = this.#deps.clock();
    if (known !== undefined && now - known.computedAt < FRESH) return known;
    try {
      const making = this.#making.get(key);
      const shared = making === undefined || making.abandoned() ? this.#make(key, slo, at) : making;
      return await this.#patiently(shared);
    } catch (error) {
      const failure = asUnavailable(error, slo);
      if (failure.cause === undefined && !(error instanceof ReportUnavailable)) this.#deps.onFault(error);
      if (known === undefined) throw failure;
      return { ...known, outdated: failure.message };
    }
  }

  /** The newest report of now, made or not made again; null: none yet. */
  last(slo: string): MadeReport | null {
    return this.#now.get(slo) ?? null;
  }

  /** Until the source has told its settling lag, the grid's place is not known, and each time is one by itself. */
  #keyOf(slo: Slo, at: EpochMs): string {
    const lag = slo.settlingLag ?? this.#lags.get(slo.name);
    return lag === undefined
      ? `${slo.name} ${String(at)}`
      : `${slo.name} to ${String(alignDown(at - lag, reportGrid(slo)))}`;
  }

  /** Throws `QueueFull`. */
  #make(key: string, slo: Slo, at: EpochMs | undefined): Shared<MadeReport> {
    const shared = this.#queue.add(at === undefined ? 'now' : 'past', async (signal) => {
      const computed = await computeReport(slo, at ?? this.#deps.clock(), this.#deps, signal);
      signal.throwIfAborted();
      const made: MadeReport = { ...computed, computedAt: this.#deps.clock(), outdated: null };
      keep(at === undefined ? this.#now : this.#past, key, made);
      keep(this.#lags, slo.name, computed.lag);
      if (at === undefined) this.#deps.onReport(made);
      return made;
    });
    const forget = (): void => {
      if (this.#making.get(key) === shared) this.#making.delete(key);
    };
    this.#making.set(key, shared);
    shared.result.then(forget, forget);
    return shared;
  }

  async #patiently<T>({ result, enter }: Shared<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const leave = enter();
    const late = new Promise<never>((_, reject) => {
      const remedy = 'it is still being read; ask again in a few seconds';
      const error = new ReportUnavailable('the report is not ready yet', remedy, true);
      timer = setTimeout(reject, this.#deps.patience ?? PATIENCE, error);
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
      leave();
    }
  }
}

/** The oldest go first. */
function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
}

function asUnavailable(error: unknown, slo: Slo): ReportUnavailable {
  if (error instanceof ReportUnavailable) return error;
  if (error instanceof ProviderError)
    return new ReportUnavailable(`${slo.name}: ${error.message}`, error.remedy, error.retryable, error);
  if (error instanceof QueueFull)
    return new ReportUnavailable(
      `${slo.name}: too many reports of past times are being made`,
      'ask again in a few seconds',
      true,
      error,
    );
  if (error instanceof UnsupportedReport)
    return new ReportUnavailable(error.message, 'change the SLO file', false, error);
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new ReportUnavailable(`${slo.name}: the source took too long`, 'ask again', true, error);
  return new ReportUnavailable(`${slo.name}: the report failed`, 'see the log of Burngate', false);
}
