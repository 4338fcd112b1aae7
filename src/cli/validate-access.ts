import type { Role } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import type { AccessReport, AnyProvider, AnyProviderDefinition } from '../core/provider.ts';
import { queriesOf, type Slo } from '../core/slo.ts';
import { openProviders } from '../open-providers.ts';

/** What one provider said to the queries of one SLO. */
export interface SloAccess {
  readonly slo: string;
  readonly provider: string;
  readonly report: AccessReport;
}

/** A provider that does not answer within this time does not let us in. */
const PATIENCE_MS = 15_000;

/** Asks every provider, with the queries of every SLO, whether we may read; all at once. */
export async function askAccess(
  slos: readonly Slo[],
  definitions: readonly AnyProviderDefinition[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly SloAccess[]> {
  const warn = (provider: string, _fields: object, message: string): void => {
    process.stderr.write(`${provider}: ${message}\n`);
  };
  const providers = await openProviders(slos, { definitions, env, warn });
  try {
    const asks = slos.flatMap((slo) =>
      [...byProvider(slo)].map(([provider, queries]) => ({ slo: slo.name, provider, queries })),
    );
    return await Promise.all(
      asks.map(async ({ slo, provider, queries }) => ({
        slo,
        provider,
        report: await ask(providers.get(provider), queries),
      })),
    );
  } finally {
    await Promise.all([...providers.values()].map(async (provider) => provider.close()));
  }
}

type Queries = Partial<Record<Role, unknown>>;

function byProvider(slo: Slo): ReadonlyMap<string, Queries> {
  const grouped = new Map<string, Queries>();
  for (const [role, { provider, query }] of Object.entries(queriesOf(slo.indicator))) {
    grouped.set(provider, { ...grouped.get(provider), [role]: query });
  }
  return grouped;
}

async function ask(provider: AnyProvider | undefined, queries: Queries): Promise<AccessReport> {
  if (provider === undefined) {
    return { ok: false, problem: 'it was not opened', remedy: 'check its settings' };
  }
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await provider.checkAccess(queries, signal);
  } catch (error) {
    if (error instanceof ProviderError) return { ok: false, problem: error.message, remedy: error.remedy };
    if (!signal.aborted) throw error;
    const problem = `no answer within ${String(PATIENCE_MS / 1000)} s`;
    return { ok: false, problem, remedy: 'check the network between here and the provider' };
  }
}
