import type { Answers } from './answers.ts';
import type { Platform } from './platform.ts';

/** Services, and what routes to them. Argo Rollouts writes the hashes and weights into these. */
export function networkFiles({ service }: Answers, { routing }: Platform): Readonly<Record<string, string>> {
  const names = [`${service}-stable`, `${service}-canary`, ...(routing === 'nginx' ? [] : [service])];
  return {
    'services.yaml': `# Argo Rollouts adds the hash of the version to each selector.\n${names.map((name) => serviceOf(name, service)).join('---\n')}`,
    'route.yaml': route(service, routing),
  };
}

function serviceOf(name: string, service: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app.kubernetes.io/name: ${service} }
  ports:
    - { name: http, port: 80, targetPort: http }
`;
}

function route(service: string, routing: Platform['routing']): string {
  switch (routing) {
    case 'istio':
      return virtualService(service);
    case 'nginx':
      return ingress(service, 'nginx', `${service}-stable`, 'number: 80');
    case 'alb':
      // The rule is an annotation of that name, which Argo Rollouts writes with the weights.
      return ingress(service, 'alb', service, 'name: use-annotation');
  }
}

function virtualService(service: string): string {
  return `# Argo Rollouts changes the two weights.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${service}
spec:
  hosts: [${service}]
  http:
    - name: primary
      route:
        - { destination: { host: ${service}-stable }, weight: 100 }
        - { destination: { host: ${service}-canary }, weight: 0 }
`;
}

function ingress(service: string, className: string, backend: string, port: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${service}
spec:
  ingressClassName: ${className}
  rules:
    - host: ${service}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: ${backend}, port: { ${port} } } }
`;
}
