import { summarizeAa, type AaSummary, type AaTerms } from '../analysis/aa.ts';
import type { StableTape } from '../analysis/stable-tape.ts';
import { percent } from '../core/conditions.ts';
import { total, type Events } from '../core/counts.ts';
import type { AaOutcome } from './aa-series.ts';
import { events } from './replay-report.ts';

/** What a series of random splits was made of. */
export interface AaAbout {
  readonly name: string;
  readonly terms: AaTerms;
  readonly runs: number;
  readonly tape: StableTape;
  readonly notes: readonly string[];
  readonly statePath?: string;
}

export interface AaJson extends Partial<AaSummary> {
  readonly slo: string;
  readonly objective: number;
  readonly alpha: number;
  readonly share: number;
  readonly seed: number;
  /** Looks of each run: the buckets in which stable had events. */
  readonly looks: number;
  readonly stable: Events;
  /** False where the series was stopped before its last run. */
  readonly complete: boolean;
  readonly notes: readonly string[];
}

export function aaJson({ done, fails }: AaOutcome, { name, terms, runs, tape, notes }: AaAbout): AaJson {
  const { target, policy, share, seed } = terms;
  return {
    slo: name,
    objective: target,
    alpha: policy.alpha,
    share,
    seed,
    looks: tape.buckets,
    stable: tape.events,
    complete: done >= runs,
    ...summarizeAa(fails, Math.min(done, runs), policy.alpha),
    notes,
  };
}

export function aaText(outcome: AaOutcome, about: AaAbout): string {
  const { done, fails, signal } = outcome;
  const { terms, runs, tape, statePath, name, notes } = about;
  const summary = summarizeAa(fails, Math.min(done, runs), terms.policy.alpha);
  const { good, bad } = tape.events;
  const lines = [
    `${name}, objective ${percent(terms.target)}: stable had ${events(total({ good, bad }))} requests in ${String(tape.buckets)} buckets, ${percent(bad / (good + bad))} of them bad`,
  ];
  if (summary !== null) {
    const [low, high] = summary.interval;
    const where = summary.groups > 0 ? ` (${String(summary.groups)} of them for a group)` : '';
    lines.push(
      `${events(summary.runs)} random splits, ${percent(terms.share)} as canary, a look after every bucket: ${events(summary.failed)} failed${where}`,
      `a healthy half is failed in ${percent(summary.rate)} of releases, 95% confidence ${percent(low)} to ${percent(high)}; alpha is ${percent(terms.policy.alpha)}`,
    );
    if (summary.aboveAlpha)
      lines.push('more than alpha allows: errors of this traffic cluster; raise margin or minBadBuckets');
  }
  if (signal !== null) {
    const rest =
      statePath === undefined ? 'lost without --state' : `kept in ${statePath}; the same command goes on`;
    lines.push(`stopped after ${events(done)} of ${events(runs)} runs, ${rest}`);
  }
  return `${[...lines, ...notes.map((note) => `note: ${note}`)].join('\n')}\n`;
}
