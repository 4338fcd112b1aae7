import type { ProviderDefinition } from '../../src/core/provider.ts';
import { adviseMetrics } from './advise.ts';
import { parseLogQuery, type LogQuery } from './query.ts';
import { parseCloudLoggingSettings, SETTINGS_HELP, type CloudLoggingSettings } from './settings.ts';

/** Cloud Logging as a metrics source: events counted from log entries, for services whose only signal is their logs. */
export const cloudLogging: ProviderDefinition<LogQuery, CloudLoggingSettings> = {
  name: 'cloud-logging',
  summary: 'Log entries of Google Cloud Logging, counted within the quota of their project.',
  settings: SETTINGS_HELP,
  parseSettings: (env) => parseCloudLoggingSettings(env),
  parseQuery: (raw, { role }) => parseLogQuery(raw, role),
  advise: (ask) => adviseMetrics(ask),
  open: async (settings, deps) => {
    const [{ CloudLoggingClient }, { CloudLoggingProvider }] = await Promise.all([
      import('./client.ts'),
      import('./cloud-logging-provider.ts'),
    ]);
    return new CloudLoggingProvider({
      source: new CloudLoggingClient(settings, deps),
      settings,
      now: deps.now,
    });
  },
};
