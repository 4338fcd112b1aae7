import type { PlatformName } from './answers.ts';
import type { Platform } from './platform.ts';
import { eksDatadog } from './platforms/eks-datadog.ts';
import { eksGoogleCloud } from './platforms/eks-google-cloud.ts';
import { gkeLogs } from './platforms/gke-logs.ts';
import { gkeMonitoring } from './platforms/gke-monitoring.ts';
import { prometheus } from './platforms/prometheus.ts';

/** Every platform that `init` knows. */
export const PLATFORM: Readonly<Record<PlatformName, Platform>> = {
  prometheus,
  'eks-datadog': eksDatadog,
  'eks-google-cloud': eksGoogleCloud,
  'gke-monitoring': gkeMonitoring,
  'gke-logs': gkeLogs,
};
