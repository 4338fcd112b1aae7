import type { AnyProviderDefinition } from './core/provider.ts';
import { cloudMonitoring } from '../providers/cloud-monitoring/index.ts';
import { cloudLogging } from '../providers/cloud-logging/index.ts';
import { datadog } from '../providers/datadog/index.ts';
import { prometheus } from '../providers/prometheus/index.ts';
import { recorded } from '../providers/recorded/index.ts';

/** Every provider, one line each; the only file that names them. */
export const PROVIDERS: readonly AnyProviderDefinition[] = [
  cloudLogging,
  cloudMonitoring,
  datadog,
  prometheus,
  recorded,
];
