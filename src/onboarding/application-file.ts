import type { Answers } from './answers.ts';
import type { Platform } from './platform.ts';

/** The Application that lets Argo CD bring the overlays into the cluster. */
export function applicationFile({ service, repository, path }: Answers, { routing }: Platform): string {
  // What Argo Rollouts writes at run time is not what Git says, and must not be put back.
  const ignored =
    routing === 'istio'
      ? `  ignoreDifferences:
    # Argo Rollouts writes the weights here during a release.
    - group: networking.istio.io
      kind: VirtualService
      jsonPointers: [/spec/http/0]
`
      : '';
  const respect = routing === 'istio' ? `      - RespectIgnoreDifferences=true\n` : '';
  return `# Argo CD keeps the cluster as Git says. It changes the Rollout; how the new version gets its users is then the affair
# of Argo Rollouts and Burngate. One of these for each overlay.
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${service}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: ${repository}
    targetRevision: main
    path: ${path}/overlays/production
  destination:
    server: https://kubernetes.default.svc
    namespace: ${service}
${ignored}  syncPolicy:
    automated: { prune: true, selfHeal: true }
    syncOptions:
      - CreateNamespace=true
${respect}`;
}
