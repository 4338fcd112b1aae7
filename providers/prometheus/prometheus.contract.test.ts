import { describe } from 'vitest';
import type { ContractHarness, ContractSession } from '../../test/contract/harness.ts';
import { describeProviderContract } from '../../test/contract/provider-contract.ts';
import { HASHES, WINDOW, type TruthRow } from '../../test/contract/truth.ts';
import type { CohortMatch } from '../../src/core/provider.ts';
import { MINUTE } from '../../src/core/units.ts';
import { openQuery, openProvider } from './emulator/open-for-test.ts';
import { isRealMissing } from './emulator/real-or-skip.ts';
import { RealPrometheus } from './emulator/real-prometheus.ts';
import { PrometheusEmulator } from './emulator/server.ts';
import { openMetricsOf, type StoredSeries } from './emulator/store.ts';
import { storeOf } from './emulator/truth-store.ts';

/** All that was there before the truth begins; the canary was not. */
const zerosAt = (hash: string): number[] =>
  hash === HASHES.canary ? [] : [WINDOW.start - 10 * MINUTE, WINDOW.start - 5 * MINUTE];

function storeFor(truth: readonly TruthRow[]): StoredSeries[] {
  const common = {
    metric: 'http_requests_total',
    rollout: 'web',
    bucketMs: MINUTE,
    groupLabel: 'endpoint',
    zerosAt,
  };
  const labels = { namespace: 'shop', cluster: 'eu-1', job: 'web' };
  const doubled = truth.map((row) => ({ ...row, good: row.good * 3, bad: row.bad * 2 }));
  return [
    ...storeOf(truth, { ...common, labels }),
    // The same names elsewhere, and another metric: neither may show.
    ...storeOf(doubled, { ...common, labels: { ...labels, namespace: 'staging' } }),
    ...storeOf(doubled, { ...common, labels: { ...labels, cluster: 'us-2' } }),
    ...storeOf(doubled, { ...common, labels, metric: 'http_responses_total' }),
  ];
}

interface Variant {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cohort?: (hash: string) => CohortMatch;
}

const byPod = (hash: string): CohortMatch => ({ hash, value: hash, match: 'exact' });
const byHash = (hash: string): CohortMatch => ({ ...byPod(hash), label: 'rollouts_pod_template_hash' });
const byPrefix = (hash: string): CohortMatch => ({
  hash,
  value: hash === '' ? '' : `web-${hash}-`,
  match: 'prefix',
  label: 'pod',
});

async function session(
  url: string,
  { env = {}, cohort = byPod }: Variant,
  release: () => Promise<void>,
): Promise<ContractSession> {
  const total = openQuery({ metric: 'http_requests_total' }, 'total');
  const bad = openQuery({ selector: 'http_requests_total{code=~"5.."}' }, 'bad');
  const good = openQuery(
    { metric: 'http_requests_total', matchers: [{ label: 'code', value: '200' }] },
    'good',
  );
  return {
    provider: await openProvider(url, env),
    queries: { good, bad, total },
    cohort,
    scope: { namespace: 'shop', cluster: 'eu-1', rollout: 'web' },
    groupBy: 'endpoint',
    release,
  };
}

const nowhere = async (variant: Variant): Promise<ContractSession> =>
  session('http://127.0.0.1:1', variant, async () => undefined);

function emulated(variant: Variant): ContractHarness {
  return {
    name: variant.name,
    open: async (truth) => {
      const emulator = new PrometheusEmulator(storeFor(truth));
      return session(await emulator.listen(), variant, async () => emulator.close());
    },
    openBroken: async () => nowhere(variant),
  };
}

describeProviderContract(emulated({ name: 'prometheus, samples, cohorts by the names of pods' }));
describeProviderContract(
  emulated({ name: 'prometheus, samples, cohorts by a target label', cohort: byHash }),
);
describeProviderContract(emulated({ name: 'prometheus, samples, cohorts by a prefix', cohort: byPrefix }));

describeProviderContract(emulated({ name: 'prometheus, steps', env: { BURNGATE_PROMETHEUS_READ: 'steps' } }));

describe.skipIf(isRealMissing()).each<Variant>([
  { name: 'prometheus, samples of a real server with history' },
  {
    name: 'prometheus, steps of a real server with history',
    env: { BURNGATE_PROMETHEUS_READ: 'steps' },
    cohort: byHash,
  },
])('on a real Prometheus server, $env', (variant) => {
  describeProviderContract({
    name: variant.name,
    open: async (truth) => {
      const server = await RealPrometheus.open({ openMetrics: openMetricsOf(storeFor(truth)) });
      return session(server.url, variant, async () => server.close());
    },
    openBroken: async () => nowhere(variant),
  });
});
