import type { Answers } from './answers.ts';
import { indent, type Platform } from './platform.ts';
import { sloName } from './slo-file.ts';

/** The steps of a production release: weight, and the template that has to pass before the next one. */
export const STEPS = [
  { weight: 5, template: 'burngate-gate' },
  { weight: 10, template: 'burngate-gate' },
  { weight: 25, template: 'burngate-gate' },
  { weight: 50, template: 'burngate-bake' },
] as const;

/** Three minutes after the lag: a part bucket, a whole one, one poll. */
export function initialDelay({ lagMinutes }: Platform): string {
  return `${String(lagMinutes + 3)}m`;
}

/** The args of every analysis, written once. */
export function analysisArgs(answers: Answers, platform: Platform): string {
  return `- { name: slo, value: ${sloName(answers)} }
- { name: canary-hash, valueFrom: { podTemplateHashValue: Latest } }
- { name: stable-hash, valueFrom: { podTemplateHashValue: Stable } }
- { name: namespace, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
- { name: rollout, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
- name: revision
  valueFrom: { fieldRef: { fieldPath: "metadata.annotations['rollout.argoproj.io/revision']" } }
- { name: initial-delay, value: ${initialDelay(platform)} }
`;
}

/** The Rollout of the base: what production does. */
export function rolloutFile(answers: Answers, platform: Platform): string {
  const { service } = answers;
  return `# How a new version of ${service} gets its users: 5%, 10%, 25%, 50%, and then all of them. Before each step Burngate
# has to say that the canary (the new version) burns its error budget no faster than it may. If it burns too fast and
# faster than stable (the old version), Argo Rollouts takes it back by itself.
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${service}
  annotations:
    # A release that nobody can judge waits for a person. Argo ships no trigger for that: analysis-templates/notifications.
    notifications.argoproj.io/subscribe.on-burngate-held.slack: ${service}-releases
    notifications.argoproj.io/subscribe.on-burngate-aborted.slack: ${service}-releases
spec:
  replicas: 20
  # Old versions that can be gone back to; each keeps its own ConfigMap and Secret.
  revisionHistoryLimit: 3
  selector:
    matchLabels: { app.kubernetes.io/name: ${service} }
  template:
    metadata:
      labels: { app.kubernetes.io/name: ${service} }
    spec:
      containers:
        - name: ${service}
          image: ${answers.image}
          ports:
            - { name: http, containerPort: 8080 }
          # The names get a hash of the content when Kustomize renders: a change of the configuration is a release.
          envFrom:
            - configMapRef: { name: ${service}-config }
            - secretRef: { name: ${service}-secret }
${indent(platform.container(answers), 10)}          readinessProbe:
            httpGet: { path: /readyz, port: http }
          resources:
            requests: { cpu: 250m, memory: 256Mi }
            limits: { memory: 512Mi }
${strategy(answers, platform)}`;
}

function strategy(answers: Answers, platform: Platform): string {
  const { service } = answers;
  return `  strategy:
    canary:
      canaryService: ${service}-canary
      stableService: ${service}-stable
${indent(routing(service, platform), 6)}      # From the first traffic to the end: aborts as soon as harm is proven, at any weight.
      analysis:
        startingStep: 1
        templates:
          - { templateName: burngate-watch, clusterScope: true }
        args: &watch
${indent(analysisArgs(answers, platform), 10)}      steps:
        # Before any user: is the SLO known, may Burngate read, has stable events?
        - analysis:
            templates:
              - { templateName: burngate-preflight, clusterScope: true }
            args: &preflight
${indent(analysisArgs(answers, platform).replace(/^- \{ name: initial-delay.*\n/m, ''), 14)}${STEPS.map(step).join('')}`;
}

function step({ weight, template }: (typeof STEPS)[number]): string {
  return `        - setWeight: ${String(weight)}
        - analysis:
            templates:
              - { templateName: ${template}, clusterScope: true }
            args: *watch
`;
}

function routing(service: string, { routing: kind }: Platform): string {
  switch (kind) {
    case 'alb':
      return `trafficRouting:
  alb: { ingress: ${service}, rootService: ${service}, servicePort: 80 }
`;
    case 'istio':
      return `trafficRouting:
  istio:
    virtualService: { name: ${service}, routes: [primary] }
`;
    case 'nginx':
      return `trafficRouting:
  nginx: { stableIngress: ${service} }
`;
  }
}
