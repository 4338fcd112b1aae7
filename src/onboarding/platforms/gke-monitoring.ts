import type { Platform } from '../platform.ts';

const source = (project: string, service: string, more = ''): string => `      type: cloud-monitoring
      spec:
        project: ${project}
        metric: prometheus.googleapis.com/http_requests_total/counter
        where: { job: ${service} }
${more}`;

/** GKE with Managed Service for Prometheus: counters of the service in Cloud Monitoring. */
export const gkeMonitoring: Platform = {
  title: 'GKE with Cloud Monitoring',
  lagMinutes: 5,
  routing: 'istio',
  annotations: ['burngate.io/breakdown: metric.labels.handler'],
  ratio: ({ service, project }) => `ratioMetric:
  counter: true
  bad:
    metricSource:
${source(project, service, '        split: { label: code, values: [5xx] }\n')}  total:
    metricSource:
${source(project, service)}`,
  container: () => '',
  manifests: ({ service }) => ({
    'pod-monitoring.yaml': `# Managed Prometheus scrapes the pods and keeps the hash of their template as a label: it tells canary from stable.
apiVersion: monitoring.googleapis.com/v1
kind: PodMonitoring
metadata:
  name: ${service}
spec:
  selector:
    matchLabels: { app.kubernetes.io/name: ${service} }
  endpoints:
    - { port: http, path: /metrics, interval: 30s }
  targetLabels:
    fromPod:
      - { from: rollouts-pod-template-hash, to: rollouts_pod_template_hash }
`,
  }),
  needs: [
    'The service has a counter http_requests_total with the labels code and handler at /metrics.',
    'Managed collection is on in the cluster.',
    'Burngate may read: the component workload-identity-gke of deploy/ and roles/monitoring.viewer.',
    'Istio or Cloud Service Mesh routes; Argo Rollouts changes the weights in the VirtualService.',
  ],
};
