import type { Role } from '../../src/core/counts.ts';
import type { ContractHarness, ContractSession } from '../../test/contract/harness.ts';
import { describeProviderContract } from '../../test/contract/provider-contract.ts';
import type { TruthRow } from '../../test/contract/truth.ts';
import { providerDeps } from '../../test/support/provider-deps.ts';
import { DatadogEmulator } from './emulator/server.ts';
import { tagText } from './emulator/store.ts';
import { submitTraffic } from './emulator/traffic.ts';
import { datadog } from './index.ts';

const SERVICE = { name: 'checkout', namespace: 'shop', rollout: 'checkout', groupTag: 'resource_name' };

interface Variant {
  readonly name: string;
  readonly spec: (role: Role) => object;
  readonly session: Pick<ContractSession, 'scope' | 'groupBy'> & Partial<ContractSession>;
}

async function openOver(emulator: DatadogEmulator, { spec, session }: Variant): Promise<ContractSession> {
  const env = { ...emulator.env, BURNGATE_DATADOG_CALLS_PER_MINUTE: '1000000' };
  const settings = datadog.parseSettings(env);
  const query = (role: Role): unknown => {
    const parsed = datadog.parseQuery(spec(role), { role, baseDir: '/' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    return parsed.value;
  };
  if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
  return {
    provider: await datadog.open(settings.value, providerDeps({ env })),
    queries: { good: query('good'), bad: query('bad'), total: query('total') },
    cohort: (hash) => ({ hash, value: hash, match: 'exact' }),
    groupName: tagText,
    ...session,
    release: async () => emulator.stop().catch(() => undefined),
  };
}

/** Every row twice over: the same names in another namespace must not show. */
function submit(emulator: DatadogEmulator, truth: readonly TruthRow[]): void {
  submitTraffic(
    emulator.store,
    SERVICE,
    truth.flatMap((row) => [
      { ...row, good: Math.ceil(row.good / 2), bad: 0, pod: 'pod-1' },
      { ...row, good: Math.floor(row.good / 2), pod: 'pod-2' },
      { ...row, good: 1000, bad: 1000, namespace: 'staging' },
    ]),
  );
}

const harness = (variant: Variant): ContractHarness => ({
  name: variant.name,
  open: async (truth) => {
    const emulator = await DatadogEmulator.start();
    submit(emulator, truth);
    return openOver(emulator, variant);
  },
  openBroken: async () => {
    const emulator = await DatadogEmulator.start();
    await emulator.stop();
    return openOver(emulator, variant);
  },
});

const suffix = (role: Role): string => (role === 'total' ? '' : `.${role}`);

describeProviderContract(
  harness({
    name: 'datadog, on own counts with the tags of the agent',
    spec: (role) => ({
      metric: `checkout.requests${suffix(role)}`,
      filter: { service: 'checkout', env: 'prod' },
    }),
    session: {
      scope: { namespace: 'shop', cluster: 'eu-1', rollout: 'checkout' },
      groupBy: 'resource_name',
      podLabel: 'pod_name',
    },
  }),
);

describeProviderContract(
  harness({
    name: 'datadog, on trace metrics and the latency of spans',
    spec: () => ({
      metric: 'trace.http.request',
      goodBelow: '500ms',
      filter: { service: 'checkout', env: 'prod' },
    }),
    session: { scope: {}, groupBy: 'resource_name' },
  }),
);

describeProviderContract(
  harness({
    name: 'datadog, on logs',
    spec: (role) => ({
      source: 'logs',
      filter: { service: 'checkout', env: 'prod' },
      ...(role === 'bad' ? { range: { '@http.status_code': { gte: 500 } } } : {}),
      ...(role === 'good' ? { range: { '@http.status_code': { lt: 500 } } } : {}),
    }),
    session: {
      scope: { namespace: 'shop', cluster: 'eu-1', rollout: 'checkout' },
      groupBy: '@resource_name',
      podLabel: 'pod_name',
      groupName: (group) => group,
      keepsZeros: false,
    },
  }),
);
