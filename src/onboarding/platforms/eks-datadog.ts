import type { Platform } from '../platform.ts';

/** EKS; the service sends counts over DogStatsD and the agent adds the tags of the pod. */
export const eksDatadog: Platform = {
  title: 'EKS with Datadog',
  lagMinutes: 2,
  routing: 'alb',
  annotations: ['burngate.io/breakdown: endpoint'],
  ratio: ({ service }) => `ratioMetric:
  counter: true
  bad:
    metricSource:
      type: datadog
      spec: { metric: ${service}.http.requests, filter: { service: ${service}, status_class: 5xx } }
  total:
    metricSource:
      type: datadog
      spec: { metric: ${service}.http.requests, filter: { service: ${service} } }
`,
  container: ({ service }) => `env:
  # The agent on the node adds kube_namespace and kube_replica_set, which tells canary from stable.
  - name: DD_AGENT_HOST
    valueFrom: { fieldRef: { fieldPath: status.hostIP } }
  - name: DD_ENTITY_ID
    valueFrom: { fieldRef: { fieldPath: metadata.uid } }
  - { name: DD_SERVICE, value: ${service} }
`,
  manifests: () => ({}),
  needs: [
    'The service counts its requests over DogStatsD as SERVICE.http.requests with the tags endpoint and status_class.',
    "Burngate has Datadog's keys: the component datadog of deploy/.",
    'The AWS Load Balancer Controller is installed; Argo Rollouts changes the weights in the Ingress.',
  ],
};
