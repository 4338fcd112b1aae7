import type { Registry } from 'prom-client';
import type { ServeSettings } from './config/settings.ts';
import type { AnyProvider } from './core/provider.ts';
import type { Slo } from './core/slo.ts';
import { MINUTE, SECOND } from './core/units.ts';
import { createHistoryMetrics, type HistoryMetrics } from './http/history-metrics.ts';
import type { ReportDeps } from './http/reports/report-deps.ts';
import { HourCache } from './reports/budget/hour-cache.ts';
import { ReportService, type MadeReport } from './reports/budget/report-service.ts';
import { HistoryWriter, type HistoryEvent } from './reports/history/history-writer.ts';
import { History } from './reports/history/history.ts';
import { RecentAnalyses } from './reports/recent.ts';
import type { StorePlace } from './reports/store/open-store.ts';
import type { SqlHistory } from './reports/store/sql-history.ts';
import { StoreHandle } from './reports/store/store-handle.ts';
import { windowLabel } from './reports/window-label.ts';

const MIB = 1024 * 1024;
/** On SIGTERM, what waits gets this long to be written. */
const CLOSE_WITHIN = 5 * SECOND;
/** Prometheus is the clock of the budget metrics: a scrape that finds a report older than this has it made again. */
const METRICS_AGE = 5 * MINUTE;

export interface ReportingOptions {
  readonly settings: Pick<ServeSettings, 'data' | 'databaseUrl' | 'retain' | 'retainMb' | 'cluster'>;
  readonly slos: () => readonly Slo[];
  readonly providers: () => ReadonlyMap<string, AnyProvider>;
  readonly registry: Registry;
  readonly log: Log;
}

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** History and reports of a service. */
export interface Reporting {
  /** Takes note of every measurement. */
  readonly history: History;
  readonly deps: ReportDeps;
  /** For the body of `/readyz`. */
  readonly state: () => object;
  close(): Promise<void>;
}

/** Opens the history in the background: an unwritable or absent database is told and never waited for. */
export function openReporting(options: ReportingOptions): Reporting {
  const { settings, slos, registry, log } = options;
  const place = placeOf(settings);
  const handle = place === null ? null : new StoreHandle(async () => open(place));
  const writer =
    handle === null
      ? null
      : writerOf(handle, options, (event) => {
          note(event, metrics, log);
        });
  const metrics = createHistoryMetrics(
    registry,
    writer === null ? null : () => ({ waiting: writer.waiting, up: writer.up }),
    () => {
      renew(reports, slos());
    },
  );
  const history = new History({
    recent: new RecentAnalyses(serviceIn(slos)),
    writer,
    reader: handle === null ? null : async () => handle.get(),
    onReadFailure: readFailure(metrics, log),
  });
  const reports = reportsOf(options, history, metrics);
  writer?.start();
  return {
    history,
    deps: { slos, reports, history, clock: Date.now },
    state: () => (writer === null ? { kept: 'memory' } : stateOf(place, writer)),
    close: async () => {
      await writer?.close(CLOSE_WITHIN);
      await handle?.close();
    },
  };
}

function writerOf(
  handle: StoreHandle,
  { settings, slos }: ReportingOptions,
  onEvent: (event: HistoryEvent) => void,
): HistoryWriter {
  return new HistoryWriter({
    open: async () => handle.get(),
    serviceOf: serviceIn(slos),
    retention: { maxAge: settings.retain, maxBytes: settings.retainMb * MIB },
    clock: Date.now,
    onEvent,
  });
}

function serviceIn(slos: ReportingOptions['slos']): (slo: string) => string {
  return (name) => slos().find((slo) => slo.name === name)?.service ?? '';
}

/** Counts every failure and tells of one a minute. */
function readFailure(metrics: HistoryMetrics, log: Log): (error: unknown) => void {
  let told = -Infinity;
  return (error) => {
    metrics.readFailures.inc();
    if (performance.now() - told < MINUTE) return;
    told = performance.now();
    log.warn({ err: error }, 'the history cannot be read; memory answers');
  };
}

/** Loaded only where a history is kept: who keeps none pays for no database client. */
async function open(place: StorePlace): Promise<SqlHistory> {
  const { openStore } = await import('./reports/store/open-store.ts');
  return openStore(place);
}

/** PostgreSQL where there is one, for several replicas share it; else a file in the folder; else memory only. */
function placeOf({ data, databaseUrl }: ReportingOptions['settings']): StorePlace | null {
  if (databaseUrl !== undefined) return { kind: 'postgres', url: databaseUrl };
  return data === undefined ? null : { kind: 'sqlite', folder: data };
}

function stateOf(place: StorePlace | null, { up, waiting }: HistoryWriter): object {
  return { kept: place?.kind ?? 'memory', writable: up, waiting };
}

function reportsOf(
  { providers, settings, log }: ReportingOptions,
  history: History,
  metrics: HistoryMetrics,
): ReportService {
  const { cluster } = settings;
  return new ReportService({
    source: (slo) => ({
      providers: providers(),
      scope: slo.scope === 'global' || cluster === undefined ? {} : { cluster },
    }),
    cache: new HourCache(),
    analyses: async (slo, from, to) => history.analysesOf(slo, from, to),
    clock: Date.now,
    onReport: (made) => {
      gauge(made, metrics);
    },
    onFault: (error) => {
      log.error({ err: error }, 'a report failed');
    },
  });
}

function gauge({ report }: MadeReport, metrics: HistoryMetrics): void {
  const { slo, budget, burns, asOf } = report;
  metrics.reportAt.set({ slo }, asOf / 1000);
  // What cannot be said is absent: a 0 would be a budget that is spent.
  if (budget.remainingRatio === null) metrics.budgetRemaining.remove({ slo });
  else metrics.budgetRemaining.set({ slo }, budget.remainingRatio);
  for (const { window, burn } of burns) {
    const labels = { slo, window: windowLabel(window) };
    if (burn === null) metrics.burnRate.remove(labels);
    else metrics.burnRate.set(labels, burn);
  }
}

/** Has old reports made again in the background; the scrape after this one shows them. */
function renew(reports: ReportService, slos: readonly Slo[]): void {
  for (const slo of slos) {
    const made = reports.last(slo.name);
    if (made !== null && Date.now() - made.computedAt < METRICS_AGE) continue;
    reports.report(slo).catch(() => undefined);
  }
}

/** Slowly enough that a log line a batch is not worth it: only what is lost, and the turns. */
function note(event: HistoryEvent, metrics: HistoryMetrics, log: Log): void {
  switch (event.kind) {
    case 'written':
      metrics.measurements.inc({ outcome: 'stored' }, event.stored);
      metrics.measurements.inc({ outcome: 'repeated' }, event.repeated);
      metrics.writeSeconds.observe(event.seconds);
      return;
    case 'dropped': {
      metrics.measurements.inc({ outcome: 'dropped' }, event.measurements.length);
      const some = event.measurements.slice(0, 5).map(({ analysis, slo, at }) => ({ analysis, slo, at }));
      log.error({ dropped: event.measurements.length, some, why: event.why }, 'measurements are lost');
      return;
    }
    case 'down':
      log.warn(
        { err: event.error, waiting: event.waiting },
        'the history cannot be written; verdicts go on, and it is tried again',
      );
      return;
    case 'up':
      log.info({ waiting: event.waiting }, 'the history can be written again');
      return;
    case 'pruned':
      log.info({ parts: event.parts }, 'old analyses deleted from the history');
      return;
    case 'unpruned':
      log.warn({ err: event.error }, 'old analyses could not be deleted');
  }
}
