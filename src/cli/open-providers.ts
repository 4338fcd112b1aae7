import { ConfigError } from '../config-error.ts';
import { formatIssues } from '../config/problem.ts';
import type { AnyProvider } from '../core/provider.ts';
import { queriesOf, type Slo } from '../core/slo.ts';
import { PROVIDERS } from '../registry.ts';

/** Opens what one SLO asks. Throws `ConfigError`; who opens has to close. */
export async function openProviders(slo: Slo): Promise<ReadonlyMap<string, AnyProvider>> {
  const used = new Set(Object.values(queriesOf(slo.indicator)).map(({ provider }) => provider));
  const open = new Map<string, AnyProvider>();
  for (const definition of PROVIDERS.filter(({ name }) => used.has(name))) {
    const settings = definition.parseSettings(process.env);
    if (!settings.ok) throw new ConfigError(formatIssues(settings.issues));
    const warn = (_: object, message: string): void => {
      process.stderr.write(`burngate: ${definition.name}: ${message}\n`);
    };
    open.set(
      definition.name,
      await definition.open(settings.value, { env: process.env, now: Date.now, log: { warn } }),
    );
  }
  return open;
}
