import type { Rule } from './rule.ts';

/** What Argo accepts of a metric that asks Burngate, and what then decides a release wrongly. */
export const BURNGATE_RULES = {
  'condition-missing': {
    severity: 'error',
    why: 'inconclusive is reachable only when both conditions are given; with one of them the other is its opposite, and "no data" passes or fails.',
  },
  'condition-pass': {
    severity: 'error',
    why: 'successCondition must hold for the verdict pass and for no other: else a bad or blind canary is promoted, or a good one never.',
  },
  'condition-fail': {
    severity: 'error',
    why: 'failureCondition must hold for the verdict fail and for no other: else a healthy or unjudged canary is rolled back, or a bad one is not.',
  },
  'condition-error': {
    severity: 'error',
    why: 'a condition that cannot be evaluated makes every measurement an Error, and the release is rolled back.',
  },
  'condition-unread': {
    severity: 'warning',
    why: 'this check cannot say when the condition holds; the two of the library are known to be right.',
  },
  'path-lost-reason': {
    severity: 'warning',
    why: 'the value of the measurement is the only place where a person finds the reason; this path cuts it off.',
  },
  'path-unread': {
    severity: 'warning',
    why: 'this check cannot say what the path picks; a path that picks nothing makes every measurement an Error.',
  },
  'timeout-short': {
    severity: 'error',
    why: 'Burngate answers within 8 s, if only to say that it does not know yet; who hangs up earlier counts errors, and 201 of them roll back.',
  },
  'timeout-long': {
    severity: 'warning',
    why: 'Burngate answers within 8 s; a lost connection would then hold each look for this long.',
  },
  'error-limit-low': {
    severity: 'error',
    why: 'Argo retries an error every 10 s and rolls back beyond the limit (its default is 4): an outage of Burngate shorter than 30 minutes rolls back healthy canaries.',
  },
  'error-limit-high': {
    severity: 'warning',
    why: 'an address that is wrong for good should end the release some time; with this limit it takes more than six hours.',
  },
  'failure-limit': {
    severity: 'error',
    why: 'a fail is proven at any number of looks; each one tolerated leaves a bad canary in traffic for a minute more, and a gate may pass meanwhile.',
  },
  'watch-count': {
    severity: 'error',
    why: 'a watch with a count stops watching when it is used up, while the release goes on.',
  },
  'watch-success-limit': {
    severity: 'error',
    why: 'consecutiveSuccessLimit ends the metric after so many passes: the watch stops watching.',
  },
  'watch-pauses': {
    severity: 'error',
    why: 'a watch that runs out of inconclusive looks pauses the release, and Argo looks away from all analyses during that pause. Only a gate may hold.',
  },
  'watch-once': {
    severity: 'error',
    why: 'without an interval a metric is measured once.',
  },
  'interval-long': {
    severity: 'warning',
    why: 'harm is found at a look; the longer the interval, the longer a proven bad canary stays in traffic.',
  },
  'interval-short': {
    severity: 'warning',
    why: 'counts settle bucket by bucket, once a minute: looks in between cost queries and cannot know more.',
  },
  'gate-unproven': {
    severity: 'error',
    why: 'without consecutiveSuccessLimit a count used up by inconclusive looks is a success: a canary that nobody could judge is promoted.',
  },
  'gate-repeats': {
    severity: 'error',
    why: 'one pass of a gate is a proof; several in a row are lost to a single hole in the data, and healthy releases are held.',
  },
  'gate-endless': {
    severity: 'error',
    why: 'a gate without a count is refused by Argo as a step, or is measured once before it can know anything.',
  },
  'gate-inconclusive-limit': {
    severity: 'error',
    why: 'a gate looks until it can tell, so every look may be inconclusive; a lower limit holds healthy releases for a few minutes without data.',
  },
  'gate-short': {
    severity: 'warning',
    why: 'less than half an hour of looks is seldom enough to prove safety, and shorter than many incidents of others.',
  },
  'gate-below-window': {
    severity: 'error',
    why: 'the gate ends before minWindow can have settled: it never passes.',
  },
  'preflight-limits': {
    severity: 'error',
    why: 'a preflight is one look, and an inconclusive one must hold the release; with other limits a release that cannot be judged goes on.',
  },
  'delay-missing': {
    severity: 'warning',
    why: 'the first counts settle minutes after the first traffic; looks before that cannot know anything and use up the count of a gate.',
  },
  'delay-long': {
    severity: 'warning',
    why: 'nothing is watched until then: a bad canary stays in traffic.',
  },
  'request-field': {
    severity: 'error',
    why: 'Burngate refuses a request with unknown, missing or wrong fields as inconclusive (invalid-request): no verdict ever.',
  },
  'request-scope': {
    severity: 'warning',
    why: 'the same hash may live in another namespace (staging), and cohort templates need the name of the Rollout.',
  },
  'dry-run-ends': {
    severity: 'warning',
    why: 'a metric in dry-run mode that reaches a limit stops recording, and what came later is not known.',
  },
  'request-method': {
    severity: 'error',
    why: 'Burngate is asked by POST with a jsonBody; anything else is refused, and errors roll the release back.',
  },
  'request-url': {
    severity: 'error',
    why: 'the analysis is answered at /v1/analysis; any other path is a 404, and errors roll the release back.',
  },
  'url-outside': {
    severity: 'warning',
    why: 'a proxy, a login page or a redirect on the way may answer 2xx with HTML, and every released Argo takes that for a success.',
  },
  'tls-unchecked': {
    severity: 'warning',
    why: 'whoever stands in between could answer pass.',
  },
  'hash-fixed': {
    severity: 'error',
    why: 'the hash changes with every release; a fixed one judges pods of the past.',
  },
  'hash-same': {
    severity: 'error',
    why: 'canary and stable are the same arg: Burngate refuses to compare a release with itself.',
  },
  'hash-default': {
    severity: 'error',
    why: 'with a default a forgotten hash is not seen, and pods of the past (or none) are judged.',
  },
  'metric-name': {
    severity: 'warning',
    why: 'the name of the metric is the only word of ours in the message of an aborted Rollout; with the arg of the SLO in it, it says which.',
  },
  'slo-unknown': {
    severity: 'error',
    why: 'no SLO of that name is configured: every answer is inconclusive and every gate holds.',
  },
  'secret-arg': {
    severity: 'note',
    why: 'the Secret is read on every reconcile; if it is missing for a moment (rotation, API blip) the run is an Error at once, no limit applies, and the release is rolled back.',
  },
} as const satisfies Record<string, Rule>;
