import type { ProviderDefinition } from '../../src/core/provider.ts';
import { parseDatadogQuery } from './query.ts';
import type { DatadogQuery } from './query-model.ts';
import { parseDatadogSettings, SETTINGS, type DatadogSettings } from './settings.ts';

/** Datadog as a metrics source: metrics, APM, logs, and SLOs kept there. */
export const datadog: ProviderDefinition<DatadogQuery, DatadogSettings> = {
  name: 'datadog',
  summary: 'Counts from Datadog: metrics and distributions, APM, logs, metric-based SLOs.',
  settings: SETTINGS,
  parseSettings: (env) => parseDatadogSettings(env),
  parseQuery: (raw, { role }) => parseDatadogQuery(raw, role),
  open: async (settings, { now, meter }) => {
    const [{ openClient }, { DatadogProvider }] = await Promise.all([
      import('./client.ts'),
      import('./datadog-provider.ts'),
    ]);
    const { maxPoints, site } = settings;
    return new DatadogProvider({ client: await openClient(settings, { now, meter }), now, maxPoints, site });
  },
};
