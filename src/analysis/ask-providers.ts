import { ROLES, type Role } from '../core/counts.ts';
import { ProviderError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { queriesOf, type Slo } from '../core/slo.ts';
import type { DurationMs } from '../core/units.ts';

export type Providers = ReadonlyMap<string, AnyProvider>;

type Asked = readonly [provider: string, queries: Partial<Record<Role, unknown>>];

/** The queries of an SLO, one entry a provider. */
export function askedOf(slo: Slo): Asked[] {
  const byProvider = new Map<string, Partial<Record<Role, unknown>>>();
  const sources = queriesOf(slo.indicator);
  for (const role of ROLES) {
    const source = sources[role];
    if (source === undefined) continue;
    byProvider.set(source.provider, { ...byProvider.get(source.provider), [role]: source.query });
  }
  return [...byProvider];
}

/** Throws `ProviderError` where it is not open. */
export function providerFor(name: string, providers: Providers): AnyProvider {
  const provider = providers.get(name);
  if (provider !== undefined) return provider;
  throw new ProviderError({
    code: 'provider-unavailable',
    message: `provider ${name} is not open`,
    remedy: 'see the log line of its start',
    retryable: true,
  });
}

/** Age from which the SLO's counts no longer change: the file's word, else the slowest provider's. */
export async function settlingLag(slo: Slo, providers: Providers, signal: AbortSignal): Promise<DurationMs> {
  if (slo.settlingLag !== undefined) return slo.settlingLag;
  const lags = await Promise.all(
    askedOf(slo).map(([name, queries]) => providerFor(name, providers).settlingLag(queries, signal)),
  );
  return Math.max(...lags);
}
