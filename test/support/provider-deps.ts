import type { ProviderDeps } from '../../src/core/provider.ts';

/** What a provider gets to know of the world, for tests: an empty environment, a clock at zero, nobody listening. */
export function providerDeps(given: Partial<ProviderDeps> = {}): ProviderDeps {
  return {
    env: {},
    now: () => 0,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
    ...given,
  };
}
