import type { Answers } from './answers.ts';
import { indent, type Platform } from './platform.ts';
import { analysisArgs } from './rollout-file.ts';

const HEAD = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';

/** The base: what production is made of. */
export function baseFiles(
  { service }: Answers,
  manifests: readonly string[],
): Readonly<Record<string, string>> {
  return {
    'kustomization.yaml': `${HEAD}resources:
${manifests.map((name) => `  - ${name}\n`).join('')}# Teaches Kustomize that a Rollout names ConfigMaps and Secrets too, so that it writes their hashes there.
configurations:
  - rollout-names.yaml
# Each content is an object of its own, with a hash in its name, and never changes: the pods of stable go on reading
# what they were started with while the canary reads the new one, and going back brings the old one back.
generatorOptions:
  immutable: true
  annotations:
    # Argo CD would delete the old one at once, while stable still needs it.
    argocd.argoproj.io/sync-options: Prune=false
configMapGenerator:
  - name: ${service}-config
    envs: [config.env]
secretGenerator:
  - name: ${service}-secret
    envs: [secret.env]
`,
    'config.env': `LOG_LEVEL=info
GREETING=hello
`,
    'secret.env': `# A stand-in. Never commit a real one in plain text: encrypt this file (SOPS), or let CI write it.
API_TOKEN=replace-me
`,
    'rollout-names.yaml': rolloutNames(),
  };
}

function rolloutNames(): string {
  const paths = (fields: readonly string[]): string =>
    fields.map((path) => `      - { path: spec/template/spec/${path}, kind: Rollout }\n`).join('');
  return `nameReference:
  - kind: ConfigMap
    version: v1
    fieldSpecs:
${paths(['containers/envFrom/configMapRef/name', 'containers/env/valueFrom/configMapKeyRef/name', 'volumes/configMap/name'])}  - kind: Secret
    version: v1
    fieldSpecs:
${paths(['containers/envFrom/secretRef/name', 'containers/env/valueFrom/secretKeyRef/name', 'volumes/secret/secretName'])}`;
}

/** dev: no users, so nothing to judge. staging: Burngate looks on. production: Burngate decides. */
export function overlayFiles(answers: Answers, platform: Platform): Readonly<Record<string, string>> {
  return {
    'dev/kustomization.yaml': overlay(answers, 'dev', 1, devPatch()),
    'staging/kustomization.yaml': overlay(answers, 'staging', 4, stagingPatch(answers, platform)),
    'production/kustomization.yaml': overlay(answers, 'production', 20, ''),
  };
}

function overlay({ service }: Answers, name: string, replicas: number, patch: string): string {
  const namespace = name === 'production' ? service : `${service}-${name}`;
  const size = `- { op: replace, path: /spec/replicas, value: ${String(replicas)} }\n`;
  return `${HEAD}namespace: ${namespace}
resources:
  - ../../base
# The same name as in the base: the contents are joined, and the hash is that of both. Kustomize forgets on the way
# that it never changes, so that is said again.
configMapGenerator:
  - name: ${service}-config
    behavior: merge
    literals: [ENVIRONMENT=${name}]
    options: { immutable: true }
patches:
  - target: { kind: Rollout, name: ${service} }
    patch: |-
${indent(size + patch, 6)}`;
}

function devPatch(): string {
  return `# Nobody uses it: no counts, no verdict. A release just comes up.
- { op: remove, path: /spec/strategy/canary/analysis }
- op: replace
  path: /spec/strategy/canary/steps
  value:
    - setWeight: 50
    - pause: { duration: 30s }
`;
}

function stagingPatch(answers: Answers, platform: Platform): string {
  return `# Too few users to prove anything: Burngate records what it would have said and decides nothing.
- op: replace
  path: /spec/strategy/canary/analysis
  value:
    startingStep: 0
    templates:
      - { templateName: burngate-onboarding, clusterScope: true }
    args:
${indent(analysisArgs(answers, platform), 6)}- op: replace
  path: /spec/strategy/canary/steps
  value:
    - setWeight: 50
    - pause: { duration: 15m }
`;
}
