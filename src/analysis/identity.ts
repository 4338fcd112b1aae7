import { createHash } from 'node:crypto';
import type { AnalysisRequest } from './request.ts';

/** An id that every replica computes alike: the same release, SLOs and scope are the same analysis. */
export function analysisId(request: AnalysisRequest, defaultCluster: string | undefined): string {
  const { slos, canary, stable, namespace, rollout, revision } = request;
  const cluster = request.cluster ?? defaultCluster;
  const parts = [
    slos.kind === 'names' ? slos.names.toSorted() : slos.service,
    canary,
    stable,
    namespace,
    cluster,
    rollout,
    revision,
  ];
  const canonical = JSON.stringify(parts.map((part) => part ?? null));
  return createHash('sha256').update(canonical).digest('hex').slice(0, 20);
}
