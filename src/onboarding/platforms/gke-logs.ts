import type { Platform } from '../platform.ts';

const source = (project: string, service: string, more = ''): string => `      type: cloud-logging
      spec:
        project: ${project}
        log: stdout
        filter: resource.labels.container_name="${service}"
        group: [httpRequest.requestMethod, httpRequest.requestUrl]
${more}`;

/** GKE without metrics: the request log of the service in Cloud Logging is enough. */
export const gkeLogs: Platform = {
  title: 'GKE with logs only',
  lagMinutes: 2,
  routing: 'istio',
  annotations: ['burngate.io/breakdown: endpoint'],
  ratio: ({ service, project }) => `ratioMetric:
  counter: true
  bad:
    metricSource:
${source(project, service, '        status: 5xx\n')}  total:
    metricSource:
${source(project, service)}`,
  container: () => '',
  manifests: () => ({}),
  needs: [
    'The service writes one JSON line a request to stdout with httpRequest (requestMethod, requestUrl, status). The agent of GKE adds the labels of the pod.',
    'Burngate may read: the component workload-identity-gke of deploy/ and roles/logging.viewer.',
    'Istio or Cloud Service Mesh routes; Argo Rollouts changes the weights in the VirtualService.',
  ],
};
