import type { PreflightCode, Verdict } from './codes.ts';

/** What a preflight found out before any traffic. */
export interface PreflightFindings {
  /** Events of stable under its label in the last hour; null without data. */
  readonly stableEvents: number | null;
}

/**
 * Before the first weight: the provider let us in (a refusal never gets here), and stable is found under its
 * label, so that the release can be compared at all. Pass or inconclusive, never fail: nothing has been
 * released that could be guilty.
 */
export function decidePreflight(
  slo: string,
  findings: PreflightFindings,
): { verdict: Verdict; code: PreflightCode; reason: string } {
  const { stableEvents } = findings;
  if (stableEvents === null) {
    return {
      verdict: 'inconclusive',
      code: 'no-data',
      reason: `${slo}: no data for stable in the last hour; check its hash, the cohort label and the query`,
    };
  }
  if (stableEvents === 0) {
    return {
      verdict: 'inconclusive',
      code: 'no-stable-events',
      reason: `${slo}: stable had no event in the last hour, so a canary could not be compared with it`,
    };
  }
  return {
    verdict: 'pass',
    code: 'preflight-ok',
    reason: `${slo}: ready, stable had ${String(stableEvents)} events in the last hour`,
  };
}
