import type { Platform } from '../platform.ts';

const SOURCE = (project: string, service: string): string => `project: ${project}
resource: generic_node
filter: jsonPayload.kubernetes.container_name="${service}"
podLabels: { at: jsonPayload.kubernetes.labels, dots: keep }
namespace: jsonPayload.kubernetes.namespace_name
cluster: jsonPayload.cluster
pod: jsonPayload.kubernetes.pod_name
group: jsonPayload.route
`;

function source(project: string, service: string, more = ''): string {
  const lines = `${SOURCE(project, service)}${more}`.trimEnd().split('\n');
  return lines.map((line) => `        ${line}\n`).join('');
}

/** EKS whose logs go to Google Cloud; Burngate reads them with its own identity, by workload identity federation. */
export const eksGoogleCloud: Platform = {
  title: 'EKS, watched in Google Cloud',
  lagMinutes: 2,
  routing: 'alb',
  annotations: ['burngate.io/breakdown: route'],
  ratio: ({ service, project }) => `ratioMetric:
  counter: true
  bad:
    metricSource:
      type: cloud-logging
      spec:
${source(project, service, 'status: 5xx\nstatusField: jsonPayload.status')}  total:
    metricSource:
      type: cloud-logging
      spec:
${source(project, service)}`,
  container: () => '',
  manifests: () => ({}),
  needs: [
    'The service writes one JSON line a request with status and route, and a shipper (fluent-bit) sends it to Cloud Logging with the labels of the pod and the name of the cluster.',
    'Burngate reads without a key: the component google-from-eks of deploy/, a workload identity pool that trusts the OIDC issuer of the cluster, and roles/logging.viewer for the identity of its service account.',
    'The AWS Load Balancer Controller is installed; Argo Rollouts changes the weights in the Ingress.',
  ],
};
