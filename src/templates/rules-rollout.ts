import type { Rule } from './rule.ts';

/** How a Rollout uses its analyses. */
export const ROLLOUT_RULES = {
  'template-unknown': {
    severity: 'warning',
    why: 'the template is neither among these manifests nor in the library; if it is not in the cluster, Argo refuses the release.',
  },
  'template-scope': {
    severity: 'error',
    why: 'a ClusterAnalysisTemplate needs clusterScope: true and an AnalysisTemplate none; Argo does not find it otherwise.',
  },
  'template-twice': {
    severity: 'error',
    why: 'one analysis cannot refer to a template twice: its metrics would have the same names, and each arg has one value.',
  },
  'step-endless': {
    severity: 'error',
    why: 'Argo refuses a step (or a blue-green analysis) whose metric has an interval and no count: it would run forever.',
  },
  'step-kind': { severity: 'error', why: 'a step is exactly one thing; Argo refuses the Rollout.' },
  'step-weight': { severity: 'error', why: 'a weight is 0 to 100; Argo refuses the Rollout.' },
  'scale-without-routing': {
    severity: 'error',
    why: 'setCanaryScale needs trafficRouting: without it the number of pods is the weight. Argo refuses the Rollout.',
  },
  'weight-rounded': {
    severity: 'warning',
    why: 'without traffic routing the share of the pods is the share of the traffic, rounded up to whole pods.',
  },
  'hash-swapped': {
    severity: 'error',
    why: 'canary takes podTemplateHashValue: Latest and stable takes Stable; swapped, the old version is judged and the new one is its measure.',
  },
  'slo-missing': {
    severity: 'error',
    why: 'Burngate is not told which SLO decides: every answer is inconclusive.',
  },
  'no-preflight': {
    severity: 'warning',
    why: 'a wrong SLO name, missing permission or label is found only with users on the canary, when a gate has waited an hour for nothing.',
  },
  'preflight-late': {
    severity: 'warning',
    why: 'the canary has traffic before it is known whether it can be judged.',
  },
  'no-watch': {
    severity: 'warning',
    why: 'between its gates nobody looks: harm is found at the next gate and not within minutes.',
  },
  'watch-late': {
    severity: 'warning',
    why: 'the canary has traffic before the background analysis begins.',
  },
  'background-holds': {
    severity: 'error',
    why: 'a gate or preflight in the background pauses the release when it is inconclusive, and Argo looks away from all analyses during that pause; after a pass it stops watching.',
  },
  'weight-without-gate': {
    severity: 'error',
    why: 'the weight rises without anything having been proven at the one before.',
  },
  'promotion-without-gate': {
    severity: 'error',
    why: 'the release is promoted without a gate at its last weight.',
  },
  'gate-at-full-weight': {
    severity: 'warning',
    why: 'with all of the traffic on the canary stable has none to compare with: a gate there holds every healthy release.',
  },
  'timed-pause': {
    severity: 'error',
    why: 'while a gate holds the release Argo lets timed pauses expire, looks away from the watch, and raises the weight where pods suffice. Dwell in analysis steps instead.',
  },
  'open-pause': {
    severity: 'warning',
    why: 'while a gate holds the release Argo skips later pause steps: the approval of a person may never be asked for.',
  },
  'gate-dry-run': {
    severity: 'warning',
    why: 'a step in dry-run mode always succeeds; it looks like a gate and is none.',
  },
  'blue-green-cut-short': {
    severity: 'error',
    why: 'Argo ends the analysis when this delay is over and calls it a success.',
  },
  'blue-green-compares': {
    severity: 'error',
    why: 'after the switch stable has no traffic to compare with: without policy.onMissingStable=absolute the analysis never passes.',
  },
  'blue-green-preview': {
    severity: 'error',
    why: 'before the switch the new version has no users: only a preflight can pass there.',
  },
  'config-shared': {
    severity: 'warning',
    why: 'canary and stable read the same object by its name: a change of it reaches stable, and a rollback does not bring the old one back.',
  },
  'argo-version': {
    severity: 'error',
    why: 'consecutiveSuccessLimit exists since Argo Rollouts 1.8 and an inconclusive pause works as described since 1.8.2; before that a blind gate promotes.',
  },
} as const satisfies Record<string, Rule>;
