import type { Role } from '../../../src/core/counts.ts';
import { formatIssue } from '../../../src/core/parsed.ts';
import type { MetricsProvider, ProviderDeps } from '../../../src/core/provider.ts';
import { prometheus } from '../index.ts';
import type { PrometheusQuery } from '../query.ts';

/** A provider of this address, with further settings and other surroundings where a test wants them. */
export async function openProvider(
  url: string,
  env: Readonly<Record<string, string>> = {},
  deps: Partial<ProviderDeps> = {},
): Promise<MetricsProvider<PrometheusQuery>> {
  const all = { BURNGATE_PROMETHEUS_URL: url, BURNGATE_PROMETHEUS_CALLS_PER_MINUTE: '100000', ...env };
  const settings = prometheus.parseSettings(all);
  if (!settings.ok) throw new Error(settings.issues.map((issue) => formatIssue(issue)).join('; '));
  return prometheus.open(settings.value, {
    env: all,
    now: Date.now,
    log: { warn: () => undefined },
    meter: { apiCall: () => undefined, budgetLeft: () => undefined },
    ...deps,
  });
}

export function openQuery(spec: object, role: Role = 'total'): PrometheusQuery {
  const query = prometheus.parseQuery(spec, { role, baseDir: '/slos' });
  if (!query.ok) throw new Error(query.issues.map((issue) => formatIssue(issue)).join('; '));
  return query.value;
}
