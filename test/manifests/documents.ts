import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = join(import.meta.dirname, '../..');

/** One Kubernetes object of a file. */
export interface ManifestDocument {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Every document of every YAML file below these folders that names an apiVersion and a kind. */
export function manifestsIn(folders: readonly string[]): ManifestDocument[] {
  return globSync(
    folders.map((folder) => `${folder}/**/*.{yaml,yml}`),
    { cwd: ROOT },
  )
    .toSorted()
    .flatMap((file) => documentsOf(file, readFileSync(join(ROOT, file), 'utf8')));
}

export function documentsOf(file: string, text: string): ManifestDocument[] {
  return parseAllDocuments(text).flatMap((document): ManifestDocument[] => {
    if (document.errors.length > 0) throw new Error(`${file}: ${String(document.errors[0])}`);
    const value: unknown = document.toJS();
    if (typeof value !== 'object' || value === null) return [];
    const { apiVersion, kind } = value as Record<string, unknown>;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
    return [{ file, apiVersion, kind, value: value as Record<string, unknown> }];
  });
}

/** Where kubernetes-models keeps the classes of an apiVersion, or null for kinds that no cluster stores. */
function packageOf(apiVersion: string): string | null {
  // Of Istio and of Google's Managed Prometheus no package holds the schemas; their manifests are only rendered.
  if (
    /^(kustomize\.config\.k8s\.io|openslo|networking\.istio\.io|monitoring\.googleapis\.com)\//.test(
      apiVersion,
    )
  )
    return null;
  if (apiVersion === 'argoproj.io/v1alpha1') return '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
  if (apiVersion.startsWith('monitoring.coreos.com/'))
    return `@kubernetes-models/prometheus-operator/${apiVersion}`;
  return `kubernetes-models/${apiVersion}`;
}

const ARGO_CD = new Set(['Application', 'AppProject', 'ApplicationSet']);

export function moduleOf({ apiVersion, kind }: ManifestDocument): string | null {
  if (apiVersion === 'argoproj.io/v1alpha1' && ARGO_CD.has(kind))
    return `@kubernetes-models/argo-cd/argoproj.io/v1alpha1/${kind}`;
  const base = packageOf(apiVersion);
  return base === null ? null : `${base}/${kind}`;
}
