import type { Answer } from '../analysis/answer.ts';
import type { AnalysisRequest } from '../analysis/request.ts';

/** The log line of one verdict: who asked what, what was answered and how long it took. Never headers or bodies. */
export function verdictLine(
  answer: Answer,
  context: { readonly request: AnalysisRequest | null; readonly caller: string; readonly durationMs: number },
): object {
  const { request, caller, durationMs } = context;
  const asked =
    request === null
      ? {}
      : {
          slo:
            request.slos.kind === 'names' ? request.slos.names.join(',') : `service:${request.slos.service}`,
          mode: request.mode,
          canary: request.canary,
          stable: request.stable,
          namespace: request.namespace,
          cluster: request.cluster,
          rollout: request.rollout,
          revision: request.revision,
          ...(request.at === undefined ? {} : { at: new Date(request.at).toISOString() }),
        };
  return {
    verdict: answer.verdict,
    code: answer.code,
    reason: answer.reason,
    analysis: answer.analysis,
    ...asked,
    caller,
    burn: answer.burn?.canary,
    durationMs: Number(durationMs.toFixed(1)),
  };
}
