import { ProviderError } from '../../core/errors.ts';
import type { Slo } from '../../core/slo.ts';
import { SECOND, type DurationMs, type EpochMs } from '../../core/units.ts';
import { computeReport, UnsupportedReport, type ComputeDeps, type Computed } from './compute-report.ts';

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
  /** Longest time that a caller waits; a computation goes on without it. Default 8 s. */
  readonly patience?: DurationMs;
}

/** A report this young is not made again: settled counts come once a minute. */
const FRESH = 30 * SECOND;
const PATIENCE = 8 * SECOND;
/** A first report of many SLOs reads weeks of counts from slow sources. */
const LONGEST = 60 * SECOND;
/** Reports made at once, so that a page of a hundred SLOs does not spend the sources' rate budgets. */
const AT_ONCE = 4;
/** Reports remembered, of now and of past times. */
const MOST_KEPT = 500;

/**
 * Makes reports, one at a time for each SLO and time however many ask, and remembers the last one: when its source
 * is down, that one is given with the reason, never zeros.
 */
export class ReportService {
  readonly #deps: ReportServiceDeps;
  readonly #made = new Map<string, MadeReport>();
  readonly #making = new Map<string, Promise<MadeReport>>();
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor(deps: ReportServiceDeps) {
    this.#deps = deps;
  }

  /** The report as of a time, or of now. Throws `ReportUnavailable`. */
  async report(slo: Slo, at?: EpochMs): Promise<MadeReport> {
    const key = `${slo.name} ${at === undefined ? '' : String(at)}`;
    const known = this.#made.get(key);
    const now = this.#deps.clock();
    if (known !== undefined && now - known.computedAt < FRESH) return known;
    const making = this.#making.get(key) ?? this.#make(key, slo, at);
    try {
      return await this.#patiently(making);
    } catch (error) {
      const failure = asUnavailable(error, slo);
      if (failure.cause === undefined && !(error instanceof ReportUnavailable)) this.#deps.onFault(error);
      if (known === undefined) throw failure;
      return { ...known, outdated: failure.message };
    }
  }

  /** The newest report of now, made or not made again; null: none yet. */
  last(slo: string): MadeReport | null {
    return this.#made.get(`${slo} `) ?? null;
  }

  async #make(key: string, slo: Slo, at: EpochMs | undefined): Promise<MadeReport> {
    const making = this.#turn(async () => {
      const asked = at ?? this.#deps.clock();
      const computed = await computeReport(slo, asked, this.#deps, AbortSignal.timeout(LONGEST));
      const made: MadeReport = { ...computed, computedAt: this.#deps.clock(), outdated: null };
      this.#keep(key, made);
      if (at === undefined) this.#deps.onReport(made);
      return made;
    }).finally(() => {
      this.#making.delete(key);
    });
    this.#making.set(key, making);
    // Whoever waits hears of it; if nobody waits any longer, nobody has to.
    making.catch(() => undefined);
    return making;
  }

  #keep(key: string, made: MadeReport): void {
    this.#made.delete(key);
    this.#made.set(key, made);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= MOST_KEPT) break;
      this.#made.delete(oldest);
    }
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= AT_ONCE)
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#queue.shift()?.();
    }
  }

  async #patiently<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const remedy = 'it is still being read; ask again in a few seconds';
      const error = new ReportUnavailable('the report is not ready yet', remedy, true);
      timer = setTimeout(reject, this.#deps.patience ?? PATIENCE, error);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function asUnavailable(error: unknown, slo: Slo): ReportUnavailable {
  if (error instanceof ReportUnavailable) return error;
  if (error instanceof ProviderError)
    return new ReportUnavailable(`${slo.name}: ${error.message}`, error.remedy, error.retryable, error);
  if (error instanceof UnsupportedReport)
    return new ReportUnavailable(error.message, 'change the SLO file', false, error);
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new ReportUnavailable(`${slo.name}: the source took too long`, 'ask again', true, error);
  return new ReportUnavailable(`${slo.name}: the report failed`, 'see the log of Burngate', false);
}
