import { ConfigError } from './config-error.ts';
import { formatIssues } from './config/problem.ts';
import type { AnyProvider, AnyProviderDefinition, ProviderDeps, ProviderMeter } from './core/provider.ts';
import { queriesOf, type Slo } from './core/slo.ts';

/** For commands, which have no metrics to show. */
const SILENT: ProviderMeter = { apiCall: () => undefined, budgetLeft: () => undefined };

interface OpenContext {
  readonly definitions: readonly AnyProviderDefinition[];
  readonly env: ProviderDeps['env'];
  /** Told what a provider warns of. */
  readonly warn: (provider: string, fields: object, message: string) => void;
  /** What takes the figures of a provider's calls; absent: nothing does. */
  readonly meter?: (provider: string) => ProviderMeter;
  /** Providers that are open already. */
  readonly except?: ReadonlySet<string>;
}

/**
 * Opens the providers that the SLOs name, and only those: an SDK nobody uses costs nothing. Throws `ConfigError`;
 * who opens has to close.
 */
export async function openProviders(
  slos: readonly Slo[],
  context: OpenContext,
): Promise<ReadonlyMap<string, AnyProvider>> {
  const { definitions, env } = context;
  const used = new Set(
    slos.flatMap((slo) => Object.values(queriesOf(slo.indicator)).map(({ provider }) => provider)),
  );
  const open = new Map<string, AnyProvider>();
  try {
    for (const definition of definitions.filter(
      ({ name }) => used.has(name) && context.except?.has(name) !== true,
    )) {
      const settings = definition.parseSettings(env);
      if (!settings.ok) throw new ConfigError(formatIssues(settings.issues));
      const warn = (fields: object, message: string): void => {
        context.warn(definition.name, fields, message);
      };
      const meter = context.meter?.(definition.name) ?? SILENT;
      const deps: ProviderDeps = { env, now: Date.now, log: { warn }, meter };
      open.set(definition.name, await definition.open(settings.value, deps));
    }
  } catch (error) {
    // Who gets nothing cannot close what was opened.
    await Promise.all([...open.values()].map(async (provider) => provider.close()));
    throw error;
  }
  return open;
}
