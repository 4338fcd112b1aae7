import type { Platform } from '../platform.ts';

const source = (service: string, more = ''): string => `      type: prometheus
      spec:
        metric: http_requests_total
        matchers:
          - { label: job, value: ${service} }
${more}`;

/** Any cluster with Prometheus and its operator. */
export const prometheus: Platform = {
  title: 'Prometheus',
  lagMinutes: 2,
  routing: 'nginx',
  annotations: ['burngate.io/breakdown: handler'],
  ratio: ({ service }) => `ratioMetric:
  counter: true
  bad:
    metricSource:
${source(service, `          - { label: code, op: '=~', value: '5..' }\n`)}  total:
    metricSource:
${source(service)}`,
  container: () => '',
  manifests: ({ service }) => ({
    'pod-monitor.yaml': `# Prometheus' operator scrapes the pods; the name of the pod, which has the hash in it, tells canary from stable.
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: ${service}
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels: { app.kubernetes.io/name: ${service} }
  podMetricsEndpoints:
    - { port: http, path: /metrics, interval: 30s }
`,
  }),
  needs: [
    'The service has a counter http_requests_total with the labels code and handler at /metrics.',
    'Burngate knows the server: BURNGATE_PROMETHEUS_URL.',
    'The NGINX ingress controller is installed; Argo Rollouts makes a canary Ingress beside the one here.',
  ],
};
