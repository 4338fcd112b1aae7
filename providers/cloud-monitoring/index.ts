import type { ProviderDefinition } from '../../src/core/provider.ts';
import { parseMonitoringQuery, type MonitoringQuery } from './query.ts';
import { MONITORING_SETTINGS, parseMonitoringSettings, type MonitoringSettings } from './settings.ts';

/** Google Cloud Monitoring: counters, distributions and SLOs of any project, over gRPC. */
export const cloudMonitoring: ProviderDefinition<MonitoringQuery, MonitoringSettings> = {
  name: 'cloud-monitoring',
  summary:
    'Counts of Google Cloud Monitoring: Managed Prometheus, log-based, mesh, load balancer and custom metrics.',
  settings: MONITORING_SETTINGS,
  parseSettings: parseMonitoringSettings,
  parseQuery: (raw, { role }) => parseMonitoringQuery(raw, role),
  open: async (settings, deps) => {
    const [{ MonitoringClient }, { CloudMonitoringProvider }] = await Promise.all([
      import('./client.ts'),
      import('./cloud-monitoring-provider.ts'),
    ]);
    return new CloudMonitoringProvider(new MonitoringClient(settings, deps), deps.now);
  },
};
