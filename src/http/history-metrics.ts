import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics of the history and of the reports. */
export interface HistoryMetrics {
  readonly measurements: Counter<'outcome'>;
  readonly writeSeconds: Histogram;
  readonly readFailures: Counter;
  readonly budgetRemaining: Gauge<'slo'>;
  readonly burnRate: Gauge<'slo' | 'window'>;
  readonly reportAt: Gauge<'slo'>;
}

export interface HistoryState {
  /** Measurements that wait to be written. */
  readonly waiting: number;
  readonly up: boolean;
}

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** @param read null where no history is kept; @param beforeReports called at every scrape; must not wait */
export function createHistoryMetrics(
  registry: Registry,
  read: (() => HistoryState) | null,
  beforeReports: () => void,
): HistoryMetrics {
  const registers = [registry];
  if (read !== null) stateGauges(registry, read);
  return {
    measurements: new Counter({
      name: 'burngate_history_measurements_total',
      help: 'Measurements handed to the history, by what became of them: stored, repeated (was there already), dropped',
      labelNames: ['outcome'],
      registers,
    }),
    writeSeconds: new Histogram({
      name: 'burngate_history_write_duration_seconds',
      help: 'Time to write one batch; no verdict waits for it',
      buckets: SECONDS,
      registers,
    }),
    readFailures: new Counter({
      name: 'burngate_history_read_failures_total',
      help: 'Reads that the history could not answer; memory answered instead',
      registers,
    }),
    ...reportGauges(registers, beforeReports),
  };
}

function stateGauges(registry: Registry, read: () => HistoryState): void {
  const waiting = new Gauge({
    name: 'burngate_history_waiting',
    help: 'Measurements that wait to be written',
    registers: [],
    collect() {
      this.set(read().waiting);
    },
  });
  const up = new Gauge({
    name: 'burngate_history_up',
    help: '1 while the history can be written',
    registers: [],
    collect() {
      this.set(read().up ? 1 : 0);
    },
  });
  registry.registerMetric(waiting);
  registry.registerMetric(up);
}

function reportGauges(
  registers: Registry[],
  beforeReports: () => void,
): Pick<HistoryMetrics, 'budgetRemaining' | 'burnRate' | 'reportAt'> {
  return {
    budgetRemaining: new Gauge({
      name: 'burngate_slo_budget_remaining_ratio',
      help: 'Share of the error budget left in the SLO period; negative when overspent; absent while nothing is known',
      labelNames: ['slo'],
      registers,
      collect: beforeReports,
    }),
    burnRate: new Gauge({
      name: 'burngate_slo_burn_rate',
      help: 'Burn rate of the whole service by window',
      labelNames: ['slo', 'window'],
      registers,
    }),
    reportAt: new Gauge({
      name: 'burngate_slo_report_timestamp_seconds',
      help: 'Time until which the counts of the newest report reach',
      labelNames: ['slo'],
      registers,
    }),
  };
}
