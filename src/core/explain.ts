import { burnRate } from './burn.ts';
import { percent } from './conditions.ts';
import { total, type Events } from './counts.ts';
import type { GroupEvidence } from './group-family.ts';
import type { Observation } from './observation.ts';
import { missingCleanEvents } from './missing.ts';
import type { Judgement, Question } from './verdict.ts';
import { formatDuration, MINUTE, type EpochMs } from './units.ts';

/** What the sentence is about. */
export interface Subject {
  readonly slo: string;
  readonly question: Question;
  readonly observation: Observation;
  /** RFC 3339 of a time; handed in because core has no dates. */
  readonly timestamp: (time: EpochMs) => string;
}

/** Longest name and longest headline, in characters: a label may hold anything, a sentence stays readable. */
const NAME = 60;
const HEADLINE = 400;

/** The verdict in one sentence with numbers, units, window and data age. Plain text without angle brackets. */
export function explain(judgement: Judgement, subject: Subject): string {
  const { observation } = subject;
  const parts = [`${cut(subject.slo, NAME)}: ${cut(headline(judgement, subject), HEADLINE)}`];
  const { code, harm, groups } = judgement;
  if (harm !== null && code !== 'harm-proven' && code !== 'group-harm-proven') {
    parts.push(
      `WARNING, harm proven at ${clock(harm.time, subject)}${guilty(groups, subject)}, for which the policy does not fail a release`,
    );
  }
  parts.push(...asides(judgement));
  if (observation.buckets.length > 0) {
    const { start, end } = observation.window;
    parts.push(
      `window ${clock(start, subject)} to ${clock(end, subject)} UTC, data ${formatDuration(observation.dataAge)} old`,
    );
  }
  if (observation.earlierEnded !== null) {
    parts.push(
      `an earlier attempt of the same hash ended at ${clock(observation.earlierEnded, subject)} and is not counted`,
    );
  }
  return plain(parts.join('; '));
}

/** Looks of the shipped gate, one a minute. */
const GATE_MINUTES = 60;
/** Below this share the canary has not been tried where much of the traffic is. */
const WELL_COVERED = 0.9;

/** What a reader should know beside the verdict. */
function asides({ verdict, figures }: Judgement): string[] {
  const { coveredShare, concentration } = figures;
  const texts: string[] = [];
  if (concentration !== null && verdict !== 'pass') {
    const { pod, pods, share } = concentration;
    texts.push(
      `one pod of ${String(pods)} (${cut(pod, NAME)}) has ${percent(share)} of the bad events: bad node or bad release?`,
    );
  }
  if (coveredShare !== null && coveredShare < WELL_COVERED && verdict === 'pass') {
    texts.push(`the canary has seen groups with ${percent(coveredShare)} of stable's traffic only`);
  }
  return texts;
}

/** Angle brackets and ampersands come back escaped from Argo, control characters break terminals. */
export function plain(text: string): string {
  return text.replace(/[<>&]/g, '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, ' ');
}

function headline(judgement: Judgement, subject: Subject): string {
  const burns = burnText(judgement, subject);
  switch (judgement.code) {
    case 'harm-proven':
      return `${sinceOnset(judgement, subject)}; harm proven at ${clock(judgement.harm?.time ?? 0, subject)}${guilty(judgement.groups, subject)}`;
    case 'group-harm-proven':
      return `harm proven at ${clock(judgement.harm?.time ?? 0, subject)}${guilty(judgement.groups, subject)}; overall ${burns}`;
    case 'no-harm':
      return `no harm seen: ${burns}`;
    case 'worse-within-budget':
      return `WARNING, worse than stable but ${withinBudget(judgement, subject)}: ${burns}`;
    case 'proven-safe':
      return `proven below ${rate(subject.question.policy.safeBurnRate)} its error budget: ${burns}`;
    case 'proven-not-worse':
      return `proven not twice as bad as stable: ${burns}`;
    case 'shared-degradation':
      return `shared incident, not proven the release's fault: in the last 15m canary burns ${rate(judgement.figures.recentBurn.canary)}, stable ${rate(judgement.figures.recentBurn.stable)}`;
    case 'harm-suspected':
      return `${suspected(judgement, subject)}: ${burns}`;
    case 'baking':
      return `baking, ${minutes(subject)} of ${String(Math.round(subject.question.minWindow / MINUTE))} min: ${burns}`;
    case 'unproven':
      return `not proven safe yet, ${missing(judgement, subject)}: ${burns}`;
    case 'too-few-events':
      return `${count(total(judgement.figures.canary))} canary events, ${String(subject.question.policy.minEvents)} are needed to say anything`;
    case 'counts-bounded':
    case 'settling':
    case 'no-data':
    case 'stale-data':
    case 'clock-skew':
    case 'partial':
    case 'coverage':
    case 'idle':
    case 'canary-silent':
    case 'traffic-missing':
    case 'traffic-excess':
    case 'no-baseline':
      return judgement.obstacle?.text ?? withoutObstacle(judgement, subject);
  }
}

/** Why the counts are bounds is the provider's to say: it names the edges nearest to the threshold. */
function withoutObstacle({ code, readings }: Judgement, { observation }: Subject): string {
  if (readings === undefined) return code;
  const [why] = observation.notes;
  return `the counts are known within bounds only: with the fewest bad events ${readings.kindest}, with the most ${readings.harshest}${why === undefined ? '' : ` (${why})`}`;
}

function burnText({ figures }: Judgement, { question }: Subject): string {
  return cohortsText(figures.canary, figures.stable, 1 - question.target);
}

function cohortsText(canary: Events, stable: Events, budget: number): string {
  const burn = burnRate(stable, budget);
  const beside = burn === null ? 'stable has no events' : `stable ${rate(burn)} (${badOf(stable)})`;
  return `canary burns ${rate(burnRate(canary, budget))} its error budget (${badOf(canary)}), ${beside}`;
}

/** The burn since the fault most likely began: an hour of clean traffic before it says nothing about it. */
function sinceOnset(judgement: Judgement, subject: Subject): string {
  const onset = judgement.harm?.onset ?? null;
  if (onset === null || onset.time <= subject.observation.window.start) return burnText(judgement, subject);
  const budget = 1 - subject.question.target;
  return `since ${clock(onset.time, subject)} ${cohortsText(onset.canary, onset.stable, budget)}`;
}

function suspected({ harm, groups }: Judgement, subject: Subject): string {
  if (harm !== null) return 'held back by harm';
  return `harm is suspected but not proven${guilty(groups, subject)}`;
}

/** A burn that only looks too high so far is not inside the budget, and must not be called so. */
function withinBudget({ figures }: Judgement, { question }: Subject): string {
  return (figures.burn.canary ?? 0) <= question.policy.maxBurnRate
    ? 'inside the budget'
    : 'not proven to burn too fast';
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half a character at the end is none.
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function badOf(events: Events): string {
  return total(events) === 0
    ? 'no events'
    : `${percent(events.bad / total(events))} bad of ${count(total(events))}`;
}

function guilty(groups: readonly GroupEvidence[], subject: Subject): string {
  if (groups.length === 0) return '';
  const budget = 1 - subject.question.target;
  const named = groups.slice(0, 3).map(({ group, canary }) => {
    const burn = total(canary) > 0 ? canary.bad / total(canary) / budget : null;
    return `${cut(group, NAME)} burns ${rate(burn)} (${badOf(canary)})`;
  });
  const more = groups.length > 3 ? ` and ${String(groups.length - 3)} more` : '';
  return `, in ${named.join(', ')}${more}`;
}

function missing(judgement: Judgement, subject: Subject): string {
  const events = missingCleanEvents(judgement, subject.question);
  if (events === null) return 'the newest minutes alone do not prove it';
  const span = Math.max(1, minutes(subject));
  const perMinute = total(judgement.figures.canary) / span;
  const wait =
    perMinute > 0 ? `, about ${String(Math.ceil(events / perMinute))} min at the current rate` : '';
  if (perMinute > 0 && events / perMinute > GATE_MINUTES) {
    return `${count(events)} more clean events are needed${wait}: it cannot be proven at this traffic within the gate; use a lower objective for the gate, more weight, or a longer bake`;
  }
  return `about ${count(events)} more clean events${wait}`;
}

function minutes({ observation }: Subject): number {
  return Math.round((observation.window.end - observation.window.start) / MINUTE);
}

/** A burn rate for people: two or three digits and a times sign. */
export function rate(burn: number | null): string {
  if (burn === null) return 'an unknown multiple of';
  if (burn >= 99.95) return `${burn.toFixed(0)}x`;
  return burn >= 10 ? `${burn.toFixed(1)}x` : `${String(Number(burn.toFixed(2)))}x`;
}

function count(events: number): string {
  const text = String(Math.round(events));
  return text.length > 4 ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text;
}

/** `10:14`, or with its date where the window began on another day. */
function clock(time: EpochMs, { timestamp, observation }: Subject): string {
  const text = timestamp(time);
  const sameDay =
    timestamp(observation.window.start).slice(0, 10) === timestamp(observation.window.end).slice(0, 10);
  return sameDay ? text.slice(11, 16) : text.slice(0, 16);
}
