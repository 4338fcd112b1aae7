import type { Metric } from '../analysis/metric.ts';
import type { Taken } from '../analysis/analysis-run.ts';
import type { ArgoVersion } from '../expression/dialect.ts';
import { UnmodelledError } from '../unmodelled-error.ts';
import { buildRequest } from './request.ts';
import { jsonPathProblem, treatBody, type Treatment } from './response.ts';
import { send, type Hosts } from './send.ts';

/** What a web measurement needs besides the metric. */
export interface WebDeps {
  readonly version: ArgoVersion;
  /** Read at every request, so a service may move while a release runs. */
  hosts(): Hosts;
  /** Whether the simulated time is sent as `at` in a JSON body; Argo itself sends none. */
  readonly sendsSimulatedTime: boolean;
}

/** Takes one measurement of a web metric over real HTTP; `nowMs` is the simulated clock. */
export async function measureWeb(metric: Metric, nowMs: number, deps: WebDeps): Promise<Taken> {
  const { web } = metric;
  if (web === undefined) return instant(failed('no valid provider in metric'));
  if (web.hasOAuth) throw new UnmodelledError('authentication.oauth2', ['headers']);
  const problem = jsonPathProblem(web.jsonPath);
  if (problem !== undefined) return instant(failed(problem));
  const added = deps.sendsSimulatedTime ? { at: new Date(nowMs).toISOString() } : {};
  const request = buildRequest(web, added);
  if ('error' in request) return instant(failed(request.error));
  const sent = await send(request, deps.hosts());
  if ('error' in sent) {
    return { treatment: failed(sent.error), tookMs: sent.timedOut ? request.timeoutMs : 0 };
  }
  return instant(treatBody(sent.body, { ...metric, jsonPath: web.jsonPath }, deps.version, nowMs));
}

// An answer takes no simulated time: what matters is minutes, and a run stays reproducible.
const instant = (treatment: Treatment): Taken => ({ treatment, tookMs: 0 });

const failed = (error: string): Treatment => ({ phase: 'Error', value: '', error });
