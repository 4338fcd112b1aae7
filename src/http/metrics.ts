import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Blindness } from './blindness.ts';

/** What Burngate measures of itself; `/metrics` renders the registry. */
export interface Metrics {
  readonly registry: Registry;
  readonly verdicts: Counter<'slo' | 'verdict' | 'code'>;
  readonly decisionSeconds: Histogram<'mode'>;
  readonly providerSeconds: Histogram<'provider' | 'call' | 'outcome'>;
  readonly inFlight: Gauge;
  readonly denied: Counter<'reason'>;
  readonly blindness: Blindness;
  /** 1 for the newest verdict of each SLO, 0 for the two others. */
  readonly lastVerdict: Gauge<'slo' | 'verdict'>;
  /** 1 while the SLO files in use are those on disk, 0 while changed ones are refused. */
  readonly configOk: Gauge;
}

/** From a decision on warm counts to the deadline. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...stateMetrics(registry),
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
  };
}

function stateMetrics(
  registry: Registry,
): Pick<Metrics, 'inFlight' | 'denied' | 'blindness' | 'lastVerdict' | 'configOk'> {
  const registers = [registry];
  return {
    inFlight: new Gauge({
      name: 'burngate_analyses_in_flight',
      help: 'Analyses being answered now',
      registers,
    }),
    denied: new Counter({
      name: 'burngate_denied_calls_total',
      help: 'Calls turned away, by what was missing: a token, a role, a grant, or room within the limits of the caller',
      labelNames: ['reason'],
      registers,
    }),
    blindness: blindnessIn(registry),
    lastVerdict: new Gauge({
      name: 'burngate_last_verdict',
      help: '1 for the verdict that the newest analysis of an SLO came to, 0 for the others',
      labelNames: ['slo', 'verdict'],
      registers,
    }),
    configOk: new Gauge({
      name: 'burngate_config_reload_successful',
      help: '1 while the SLO files in use are those on disk, 0 while changed ones are refused',
      registers,
    }),
  };
}

function blindnessIn(registry: Registry): Blindness {
  const blindness = new Blindness(Date.now);
  const gauge = new Gauge({
    name: 'burngate_blind_seconds',
    help: 'For how long the analyses of an SLO have had no verdict on counts; absent where they have',
    labelNames: ['slo'],
    registers: [],
    collect() {
      this.reset();
      for (const [slo, seconds] of blindness.seconds()) this.set({ slo }, seconds);
    },
  });
  registry.registerMetric(gauge);
  return blindness;
}
