import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What Burngate measures of itself; `/metrics` renders the registry. */
export interface Metrics {
  readonly registry: Registry;
  readonly verdicts: Counter<'slo' | 'verdict' | 'code'>;
  readonly decisionSeconds: Histogram<'mode'>;
  readonly providerSeconds: Histogram<'provider' | 'call' | 'outcome'>;
  readonly inFlight: Gauge;
}

/** From a decision on warm counts to the deadline. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    verdicts: new Counter({
      name: 'burngate_verdicts_total',
      help: 'Answers by SLO, verdict and reason code; slo is "-" where a request named none that is loaded',
      labelNames: ['slo', 'verdict', 'code'],
      registers,
    }),
    decisionSeconds: new Histogram({
      name: 'burngate_decision_duration_seconds',
      help: 'Time from a parsed request to its answer, provider calls included',
      labelNames: ['mode'],
      buckets: SECONDS,
      registers,
    }),
    providerSeconds: new Histogram({
      name: 'burngate_provider_duration_seconds',
      help: 'Duration of provider calls; outcome is ok or the fault code',
      labelNames: ['provider', 'call', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    inFlight: new Gauge({
      name: 'burngate_analyses_in_flight',
      help: 'Analyses being answered now',
      registers,
    }),
  };
}
