import { ROLES } from '../../src/core/counts.ts';
import type { AccessReport, CountsRequest, Fetched, MetricsProvider } from '../../src/core/provider.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { HOUR, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { combine } from './combine.ts';
import { extentOf, type ExtentDeps } from './extent.ts';
import { Findings } from './findings.ts';
import { FirstEntries } from './first-entry.ts';
import { writeFilter } from './filter/write.ts';
import { allOf, compare } from './filter/syntax.ts';
import { GivenUp } from './given-up.ts';
import { KeptReads } from './kept-reads.ts';
import { Look } from './look.ts';
import { PageAllowance } from './page-allowance.ts';
import { passesOf } from './passes.ts';
import type { LogQuery } from './query.ts';
import { Question, type LogRequest } from './question.ts';
import { readQuestion, type QuestionRead } from './read-question.ts';
import type { PageSource } from './read-span.ts';
import type { CloudLoggingSettings } from './settings.ts';

export interface CloudLoggingDeps {
  readonly source: PageSource & { close(): Promise<void> };
  readonly settings: CloudLoggingSettings;
  readonly now: () => EpochMs;
}

/** The provider on the port: log entries in, counts out. */
export class CloudLoggingProvider implements MetricsProvider<LogQuery> {
  readonly #deps: CloudLoggingDeps;
  readonly #allowance: PageAllowance;
  readonly #extents: ExtentDeps;
  readonly #kept = new KeptReads();
  readonly #givenUp: GivenUp;

  constructor(deps: CloudLoggingDeps) {
    this.#deps = deps;
    this.#allowance = new PageAllowance({
      perAnalysis: deps.settings.callsPerAnalysis,
      together: deps.settings.callsPerMinute - deps.settings.reserve,
      now: deps.now,
    });
    this.#givenUp = new GivenUp(deps.now);
    this.#extents = { ...deps, first: new FirstEntries(deps.now) };
  }

  async fetchCounts(request: LogRequest, signal: AbortSignal): Promise<Fetched> {
    signal.throwIfAborted();
    const questions = passesOf(request.queries).map((pass) => new Question(pass, request));
    const findings = new Findings(lagOf(request.queries), this.#deps.now());
    const reads: QuestionRead[] = [];
    for (const question of questions) {
      const read = await this.#read(question, request, findings, signal);
      if (read !== null) reads.push(read);
    }
    return combine(reads, request, findings);
  }

  async settlingLag(queries: CountsRequest<LogQuery>['queries'], signal: AbortSignal): Promise<DurationMs> {
    signal.throwIfAborted();
    return lagOf(queries);
  }

  async checkAccess(queries: CountsRequest<LogQuery>['queries'], signal: AbortSignal): Promise<AccessReport> {
    const found: string[] = [];
    for (const { source, filter } of passesOf(queries)) {
      try {
        const since = new Date(this.#deps.now() - HOUR).toISOString();
        await this.#deps.source.list(
          {
            resourceNames: source.resourceNames,
            filter: writeFilter(allOf([...filter, compare(['timestamp'], '>=', since)])),
            order: 'newest first',
            pageSize: 1,
            pageToken: '',
            party: 'access',
          },
          signal,
        );
        found.push(source.resourceNames.join(', '));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ProviderError)) throw error;
        return { ok: false, problem: error.message, remedy: error.remedy };
      }
    }
    signal.throwIfAborted();
    return { ok: true, detail: `may list log entries of ${[...new Set(found)].join('; ')}` };
  }

  async close(): Promise<void> {
    await this.#deps.source.close();
  }

  /** Null: neither cohort can have entries, so none are asked for. */
  async #read(
    question: Question,
    request: LogRequest,
    findings: Findings,
    signal: AbortSignal,
  ): Promise<QuestionRead | null> {
    if (question.sides.cohorts.length === 0) return null;
    const { settings, source, now } = this.#deps;
    const look = this.#look(question);
    // Elsewhere the total is there for stable too, and a bad count left out here would read as zero there.
    const mayLeaveOut = request.queries.total !== undefined && request.cohorts.canary !== null;
    const { window } = request;
    const settledBefore = request.settledBefore ?? window.end;
    const extent = mayLeaveOut
      ? await extentOf(
          question,
          { window, isNewest: window.end >= settledBefore },
          look,
          this.#extents,
          signal,
        )
      : { from: window.start, before: null, note: null };
    return readQuestion({
      question,
      request,
      extent,
      look,
      findings,
      source,
      settings,
      kept: this.#kept,
      givenUp: this.#givenUp,
      settledBefore: Math.min(request.settledBefore ?? Infinity, now() - lagOf(request.queries)),
      signal,
    });
  }

  #look({ analysis, pool }: Question): Look {
    const { settings, now } = this.#deps;
    return new Look({ pages: settings.pagesPerLook, allowance: this.#allowance, analysis, pool, now });
  }
}

function lagOf(queries: CountsRequest<LogQuery>['queries']): DurationMs {
  return Math.max(0, ...ROLES.map((role) => queries[role]?.settlingLag ?? 0));
}
