import type { ProviderDefinition } from '../../src/core/provider.ts';
import { parsePrometheusQuery, type PrometheusQuery } from './query.ts';
import { parsePrometheusSettings, SETTINGS, type PrometheusSettings } from './settings.ts';

/** Counters and histograms of Prometheus and of everything that answers its HTTP API. */
export const prometheus: ProviderDefinition<PrometheusQuery, PrometheusSettings> = {
  name: 'prometheus',
  summary: 'Counters and histograms of Prometheus, Managed Prometheus, Thanos, Mimir and their like.',
  settings: SETTINGS,
  parseSettings: parsePrometheusSettings,
  parseQuery: (raw, { role }) => parsePrometheusQuery(raw, role),
  open: async (settings, deps) => {
    const [{ PrometheusApi }, { PrometheusProvider }] = await Promise.all([
      import('./client.ts'),
      import('./prometheus-provider.ts'),
    ]);
    return new PrometheusProvider(new PrometheusApi(settings, deps), settings, deps.now);
  },
};
