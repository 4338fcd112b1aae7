/** What is known of a kind of monitored resource without asking anybody. */
export interface ResourceDefaults {
  /** Labels that tell namespaces and clusters apart. */
  readonly namespace?: string;
  readonly cluster?: string;
  /** Label that holds the pod-template-hash. */
  readonly cohort?: string;
}

const HASH = 'rollouts_pod_template_hash';
const KUBERNETES: ResourceDefaults = {
  namespace: 'resource.labels.namespace_name',
  cluster: 'resource.labels.cluster_name',
  cohort: 'metadata.user_labels."rollouts-pod-template-hash"',
};

/** By type of resource; https://cloud.google.com/monitoring/api/resources */
const BY_RESOURCE: Readonly<Record<string, ResourceDefaults>> = {
  prometheus_target: {
    namespace: 'resource.labels.namespace',
    cluster: 'resource.labels.cluster',
    cohort: `metric.labels.${HASH}`,
  },
  k8s_container: KUBERNETES,
  k8s_pod: KUBERNETES,
  istio_canonical_service: { namespace: 'resource.labels.namespace_name' },
  generic_task: { namespace: 'resource.labels.namespace' },
  generic_node: { namespace: 'resource.labels.namespace' },
};

/** By the beginning of a metric's type: the resource it is written for. */
const BY_METRIC: readonly (readonly [prefix: string, resource: string])[] = [
  ['prometheus.googleapis.com/', 'prometheus_target'],
  ['logging.googleapis.com/user/', 'k8s_container'],
  ['kubernetes.io/container/', 'k8s_container'],
  ['kubernetes.io/pod/', 'k8s_pod'],
  ['loadbalancing.googleapis.com/https/', 'https_lb_rule'],
  ['loadbalancing.googleapis.com/internal/http', 'internal_http_lb_rule'],
  ['istio.io/service/server/', 'k8s_container'],
  ['istio.io/service/client/', 'k8s_pod'],
];

/** The resource that a metric is usually written for; null where that is anybody's guess. */
export function usualResource(metric: string): string | null {
  return BY_METRIC.find(([prefix]) => metric.startsWith(prefix))?.[1] ?? null;
}

export function resourceDefaults(metric: string, resource: string): ResourceDefaults {
  const known = Object.hasOwn(BY_RESOURCE, resource) ? (BY_RESOURCE[resource] ?? {}) : {};
  // The labels of a log-based metric are what its extractors name; pods have no say in them.
  return isLogBased(metric) ? { ...known, cohort: `metric.labels.${HASH}` } : known;
}

export function isLogBased(metric: string): boolean {
  return metric.startsWith('logging.googleapis.com/user/');
}

export function isManagedPrometheus(metric: string, resource: string): boolean {
  return metric.startsWith('prometheus.googleapis.com/') && resource === 'prometheus_target';
}
