import { boundedJudgement } from '../core/bounds.ts';
import { resolvePolicy, type Policy } from '../core/policy.ts';
import { explain, plain } from '../core/explain.ts';
import { ProviderError } from '../core/errors.ts';
import type { Observation } from '../core/observation.ts';
import type { Measurement } from '../core/recorder.ts';
import type { Slo } from '../core/slo.ts';
import type { EpochMs } from '../core/units.ts';
import type { Question } from '../core/verdict.ts';
import { combine, refusal, type Answer, type SloVerdict } from './answer.ts';
import { selectSlos } from './catalog.ts';
import { cohortMatch, scopeOf } from './cohort.ts';
import { memoKey } from './bucket-memo.ts';
import { collect, type CollectAsk } from './collect.ts';
import type { AnalysisDeps, SloAsk } from './deps.ts';
import { analysisId } from './identity.ts';
import { preflight } from './preflight.ts';
import { RequestError, type AnalysisRequest } from './request.ts';
import { untilAborted } from '../core/until-aborted.ts';
import type { Decided } from './trial-memo.ts';
import { Turns } from './turns.ts';
import { windowStart } from './window-start.ts';

/** Collects, decides, records and answers. Never throws: what goes wrong is an inconclusive answer. */
export async function analyze(
  request: AnalysisRequest,
  deps: AnalysisDeps,
  signal: AbortSignal,
): Promise<Answer> {
  const analysis = analysisId(request, deps.cluster);
  try {
    const slos = selectSlos(deps.catalog, request.slos);
    // A release is failed by any of them, so together they may spend one alpha.
    const deciders = Math.max(1, slos.filter((slo) => slo.required).length);
    const now = request.at ?? deps.clock();
    const verdicts = await Promise.all(
      slos.map(async (slo) =>
        judgeSlo({ slo, policy: policyOf(slo, request, deciders), request, now, analysis }, deps, signal),
      ),
    );
    return combine(verdicts, { analysis, report: `${deps.publicUrl}/analyses/${analysis}` });
  } catch (error) {
    if (error instanceof RequestError) return refusal(error.code, `${error.message}; ${error.remedy}`, true);
    deps.onFault(error);
    return refusal('internal', 'Burngate failed on this request; see its log', false);
  }
}

/** Defaults, then the SLO file, then the request; alpha shared by the SLOs that decide together. */
function policyOf(slo: Slo, request: AnalysisRequest, deciders: number): Policy {
  const resolved = resolvePolicy(slo.policy, request.policy);
  if (!resolved.ok) {
    const issue = resolved.issues[0] ?? { path: 'policy', given: '', allowed: '' };
    throw new RequestError(
      `${issue.path} is ${issue.given}, allowed: ${issue.allowed}`,
      `correct the policy of SLO ${slo.name} or of the request`,
    );
  }
  if (request.stable === null && resolved.value.onMissingStable !== 'absolute') {
    throw new RequestError(
      'stable is missing',
      'pass the arg "stable" (podTemplateHashValue: Stable); only the policy onMissingStable=absolute does without',
    );
  }
  return { ...resolved.value, alpha: resolved.value.alpha / deciders };
}

async function judgeSlo(ask: SloAsk, deps: AnalysisDeps, signal: AbortSignal): Promise<SloVerdict> {
  const { slo } = ask;
  const about = { slo: slo.name, required: slo.required };
  const note = (measured: Omit<Measurement, 'analysis' | 'at' | 'slo' | 'release'>): void => {
    deps.recorder.record({
      ...measured,
      analysis: ask.analysis,
      at: ask.now,
      slo: slo.name,
      release: releaseOf(ask, deps),
    });
  };
  try {
    if (ask.request.mode === 'preflight') {
      const found = await untilAborted(preflight(ask, deps, signal), signal);
      note(found);
      return { ...about, ...found };
    }
    const { measured, judged } = await untilAborted(judgeCounts(ask, ask.request.mode, deps, signal), signal);
    note(measured);
    return { ...about, ...measured, judged };
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const failed = failure(error, slo, signal, deps);
    note(failed);
    return { ...about, ...failed };
  }
}

async function judgeCounts(ask: SloAsk, mode: Question['mode'], deps: AnalysisDeps, signal: AbortSignal) {
  const { slo, policy, request, now } = ask;
  const { minWindow, weight, stable } = request;
  const question: Question = {
    target: slo.target,
    policy,
    mode,
    minWindow,
    weight,
    grouped: slo.breakdown !== undefined,
  };
  const cohorts = {
    canary: cohortMatch(slo, request.canary, request.rollout),
    stable: stable === null ? null : cohortMatch(slo, stable, request.rollout),
  };
  const scope = scopeOf(slo, request, deps.cluster);
  const start = windowStart(request.start, now, slo.bucketMs);
  const asked = { slo, policy, cohorts, scope, now, clock: deps.clock(), start };
  const decided = await decideOn(asked, question, deps, signal);
  const { observation, harshest, queriesSent, judgement, intervals } = decided;
  const timestamp = (time: EpochMs): string => new Date(time).toISOString();
  const reason = explain(judgement, { slo: slo.name, question, observation, timestamp });
  const { verdict, code } = judgement;
  return {
    measured: {
      verdict,
      code,
      reason,
      judged: {
        question,
        observation,
        judgement,
        queriesSent,
        ...(harshest === undefined ? {} : { harshest }),
      },
    },
    judged: { judgement, observation, target: slo.target, intervals },
  };
}

/** Collects and decides, with what earlier looks have left. */
async function decideOn(asked: CollectAsk, question: Question, deps: AnalysisDeps, signal: AbortSignal) {
  const turns = new Turns();
  const { providers, memos } = deps;
  const collected = await collect(asked, { providers, signal, turns, memo: memos.buckets });
  const key = collected.isHeld ? memoKey(asked, memos.buckets) : null;
  const decide = async (seen: Observation): Promise<Decided> =>
    memos.trials.decide(key, question, seen, [turns, signal]);
  const kindest = await decide(collected.observation);
  const { harshest } = collected;
  if (harshest === undefined) return { ...collected, ...kindest };
  const judgement = boundedJudgement(kindest.judgement, (await decide(harshest)).judgement);
  return { ...collected, judgement, intervals: kindest.intervals };
}

function releaseOf({ request }: SloAsk, deps: AnalysisDeps): Measurement['release'] {
  const { canary, stable, namespace, rollout, revision } = request;
  const cluster = request.cluster ?? deps.cluster;
  return {
    canary,
    stable,
    ...(namespace === undefined ? {} : { namespace }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(rollout === undefined ? {} : { rollout }),
    ...(revision === undefined ? {} : { revision }),
  };
}

type Failure = Pick<SloVerdict, 'reason' | 'code'> & {
  readonly verdict: 'inconclusive';
  readonly permanent?: true;
};

/** What went wrong, in the caller's words. Whatever it was, it is not the canary's fault. */
function failure(error: unknown, slo: Slo, signal: AbortSignal, deps: AnalysisDeps): Failure {
  const verdict = 'inconclusive' as const;
  if (error instanceof ProviderError) {
    const reason = plain(`${slo.name}: ${error.message.replace(/\.$/, '')}; ${error.remedy}`);
    return {
      verdict,
      code: error.code,
      reason,
      ...(error.code === 'invalid-scope' || error.code === 'provider-rejected'
        ? { permanent: true as const }
        : {}),
    };
  }
  if (signal.aborted) {
    return {
      verdict,
      code: 'deadline',
      reason: `${slo.name}: no answer from the provider within the deadline; the next look asks again`,
    };
  }
  deps.onFault(error);
  return { verdict, code: 'internal', reason: `${slo.name}: Burngate failed on this request; see its log` };
}
