import type { ReasonCode, Verdict } from '../core/codes.ts';
import { plain } from '../core/explain.ts';
import type { Intervals } from '../core/intervals.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Observation } from '../core/observation.ts';
import { total } from '../core/counts.ts';

/** Argo keeps ten values a metric in etcd, so an answer stays below this many bytes, whatever it says. */
const MAX_ANSWER_BYTES = 2000;
const MAX_REASON = 700;
const MAX_GROUPS = 5;

/** One SLO's verdict inside an answer. */
export interface SloVerdict {
  readonly slo: string;
  readonly verdict: Verdict;
  readonly code: ReasonCode;
  readonly reason: string;
  /** False: listed, never decides. */
  readonly required: boolean;
  /** True where no retry can help: somebody has to change a file. */
  readonly permanent?: boolean;
  readonly judged?: {
    readonly judgement: Judgement;
    readonly observation: Observation;
    readonly target: number;
    readonly intervals: Intervals;
  };
}

/** The JSON object that Argo stores as the measurement's value. Keys are stable; absent means "cannot be said". */
export interface Answer {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly code: ReasonCode;
  /** Argo's dashboard charts element 0 of an array and prints the rest. */
  readonly summary: readonly [number | null, Verdict, string];
  readonly permanent?: true;
  readonly burn?: {
    readonly canary: number | null;
    readonly stable: number | null;
    readonly ratio: number | null;
  };
  /** Anytime-valid 95% intervals of both burns and of the ratio; null where nothing bounds it. */
  readonly intervals?: Readonly<
    Record<'canary' | 'stable' | 'ratio', readonly [number | null, number | null] | null>
  >;
  readonly evidence?: Readonly<Record<string, number | null>>;
  readonly window?: { readonly start: string; readonly end: string; readonly dataAgeSeconds: number };
  readonly groups?: readonly {
    readonly group: string;
    readonly burn: number | null;
    readonly logHarm: number | null;
  }[];
  readonly slos?: readonly { readonly slo: string; readonly verdict: Verdict; readonly code: ReasonCode }[];
  readonly analysis?: string;
  readonly report?: string;
}

const WORST: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };

/** The SLO that decides: the worst of those that may, the first among equals. */
function deciding(verdicts: readonly SloVerdict[]): SloVerdict | undefined {
  return verdicts.filter((each) => each.required).toSorted((a, b) => WORST[b.verdict] - WORST[a.verdict])[0];
}

/** Several SLOs to one answer: worst verdict wins, all are listed. */
export function combine(
  verdicts: readonly SloVerdict[],
  links: { readonly analysis: string; readonly report: string },
): Answer {
  const worst = deciding(verdicts);
  if (worst === undefined) {
    return refusal(
      'invalid-request',
      'none of the SLOs asked for may decide (burngate.io/required is "false" on all); ask for at least one that may',
      true,
    );
  }
  const others = verdicts.length - 1;
  const reason = others > 0 ? `${worst.reason}; worst of ${String(verdicts.length)} SLOs` : worst.reason;
  const answer: Answer = {
    verdict: worst.verdict,
    ...sentence(worst.verdict, reason, worst.judged?.judgement.figures.burn.canary ?? null),
    code: worst.code,
    ...(worst.permanent === true ? { permanent: true as const } : {}),
    ...(worst.judged === undefined ? {} : judgedPart(worst.judged)),
    ...(others > 0
      ? { slos: verdicts.map(({ slo, verdict, code }) => ({ slo: plain(slo), verdict, code })) }
      : {}),
    ...links,
  };
  return shrink(answer);
}

/** An answer without counts: bad requests, missing credentials, our own trouble. Never a fail. */
export function refusal(code: ReasonCode, reason: string, permanent: boolean): Answer {
  return {
    verdict: 'inconclusive',
    ...sentence('inconclusive', reason, null),
    code,
    ...(permanent ? { permanent: true as const } : {}),
  };
}

function sentence(verdict: Verdict, reason: string, burn: number | null): Pick<Answer, 'reason' | 'summary'> {
  const text = cut(plain(reason), MAX_REASON);
  return { reason: text, summary: [rounded(burn), verdict, cut(text, 160)] };
}

function judgedPart({
  judgement,
  observation,
  target,
  intervals,
}: NonNullable<SloVerdict['judged']>): Partial<Answer> {
  const { burn } = judgement.figures;
  // Beside a proof stand the numbers that proved it, not those of a later look.
  const evidence = { ...judgement.figures.evidence, ...provenEvidence(judgement) };
  const groups = judgement.groups.slice(0, MAX_GROUPS).map(({ group, canary, logHarm }) => ({
    group: cut(plain(group), 80),
    burn: total(canary) > 0 ? rounded(canary.bad / total(canary) / (1 - target)) : null,
    logHarm: rounded(logHarm),
  }));
  return {
    burn: { canary: rounded(burn.canary), stable: rounded(burn.stable), ratio: rounded(burn.ratio) },
    intervals: intervalsPart(intervals),
    evidence: Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, rounded(value)])),
    window: {
      start: new Date(observation.window.start).toISOString(),
      end: new Date(observation.window.end).toISOString(),
      dataAgeSeconds: Math.round(observation.dataAge / 1000),
    },
    ...(groups.length > 0 ? { groups } : {}),
  };
}

function intervalsPart({ canary, stable, ratio }: Intervals): NonNullable<Answer['intervals']> {
  const pair = (
    ends: readonly [number | null, number | null] | null,
  ): readonly [number | null, number | null] | null =>
    ends === null ? null : [rounded(ends[0]), rounded(ends[1])];
  return {
    canary: pair(canary),
    stable: pair(stable),
    ratio: pair(ratio === null ? null : [ratio.low, ratio.high]),
  };
}

function provenEvidence({ harm, verdict }: Judgement): Record<string, number> {
  if (harm === null || verdict !== 'fail') return {};
  const { logBurn, logRelative, logHarm, threshold } = harm;
  return { logBurn, logRelative, logHarm, threshold };
}

/** Four significant digits; what is not a finite number cannot be said. */
function rounded(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Gives up the least important parts until the answer fits; the verdict and its code never go. */
function shrink(answer: Answer): Answer {
  const fits = (candidate: Answer): boolean =>
    Buffer.byteLength(JSON.stringify(candidate)) <= MAX_ANSWER_BYTES;
  if (fits(answer)) return answer;
  const short: Answer = {
    ...answer,
    reason: cut(answer.reason, 300),
    summary: [answer.summary[0], answer.summary[1], cut(answer.reason, 80)],
  };
  if (fits(short)) return short;
  const { slos, ...rest } = { ...short, groups: [] };
  const listed = {
    ...rest,
    ...(slos === undefined ? {} : { slos: slos.filter((each) => each.verdict !== 'pass').slice(0, 5) }),
  };
  if (fits(listed)) return listed;
  return {
    verdict: rest.verdict,
    reason: cut(rest.reason, 200),
    code: rest.code,
    summary: [rest.summary[0], rest.summary[1], ''],
  };
}
