import type { Rule } from './rule.ts';

/** What Argo Rollouts refuses by itself, most of it only when a release begins. */
export const ARGO_RULES = {
  syntax: { severity: 'error', why: 'kubectl refuses text that is no YAML.' },
  schema: {
    severity: 'error',
    why: 'the API server refuses or drops what the CRD does not know, so the setting has no effect.',
  },
  'no-metrics': {
    severity: 'error',
    why: 'Argo ends a run without metrics as Error and rolls the release back.',
  },
  'metric-duplicate': {
    severity: 'error',
    why: 'Argo refuses an analysis with two metrics of one name, and the release does not begin.',
  },
  'provider-count': {
    severity: 'error',
    why: 'a metric needs exactly one provider; Argo ends the run as Error and rolls the release back.',
  },
  'limit-text': {
    severity: 'error',
    why: 'Argo reads a limit that is no whole number as 0, without a word.',
  },
  'limit-negative': { severity: 'error', why: 'Argo ends the run as Error and rolls the release back.' },
  'limits-disabled': {
    severity: 'error',
    why: 'with failureLimit -1 and no consecutiveSuccessLimit nothing can end the metric; Argo refuses it.',
  },
  'count-below-limits': {
    severity: 'error',
    why: 'count must be at least failureLimit + consecutiveSuccessLimit and at least inconclusiveLimit; else the run ends as Error and the release is rolled back.',
  },
  'interval-missing': {
    severity: 'error',
    why: 'a count above 1 needs an interval; Argo ends the run as Error and rolls the release back.',
  },
  'duration-invalid': {
    severity: 'error',
    why: 'Argo reads Go durations only and ends the run as Error, which rolls the release back.',
  },
  'web-body': {
    severity: 'error',
    why: 'body and jsonBody exclude each other and need POST or PUT; every measurement would be an Error.',
  },
  'web-method': {
    severity: 'error',
    why: 'Argo knows GET, POST and PUT; every measurement would be an Error.',
  },
  'web-auth-ignored': {
    severity: 'error',
    why: 'Argo ignores sigv4 for web metrics without a word, so the request goes out unauthenticated.',
  },
  'arg-undeclared': {
    severity: 'error',
    why: 'Argo cannot resolve an arg that the template does not declare; the run ends as Error and the release is rolled back.',
  },
  'arg-syntax': {
    severity: 'error',
    why: 'only {{args.NAME}} is resolved; anything else in double braces ends the run as Error.',
  },
  'arg-duplicate': {
    severity: 'error',
    why: 'of two args of one name the last one wins, even when it is empty; releases were judged with empty hashes that way.',
  },
  'arg-default-missing': {
    severity: 'error',
    why: 'Argo checks count and limits before it knows the value of an arg, and refuses a step that could run forever.',
  },
  'arg-fieldref': {
    severity: 'error',
    why: 'a fieldRef inside a template is never resolved; only the args of a Rollout may have one.',
  },
  'arg-missing': {
    severity: 'error',
    why: 'Argo refuses the Rollout (InvalidSpec): an arg without a default has no value.',
  },
  'arg-dropped': {
    severity: 'warning',
    why: 'no template of this analysis declares the arg, and Argo drops it without a word: a misspelt name is never seen.',
  },
  'arg-conflict': {
    severity: 'error',
    why: 'two templates of one analysis give the same arg different defaults, and Argo refuses the release.',
  },
  'dry-run-rule': {
    severity: 'error',
    why: 'a dryRun rule has to match a metric; Argo ends the run as Error and rolls the release back.',
  },
  'dry-run-pattern': {
    severity: 'error',
    why: 'a dryRun rule is a regular expression; Argo ends the run as Error and rolls the release back.',
  },
  'path-braces': {
    severity: 'error',
    why: 'a jsonPath without braces is plain text: the value would be the path itself and never the answer.',
  },
  'retention-large': {
    severity: 'warning',
    why: 'measurements live in etcd, where an object may have 1.5 MB; an answer has up to 2 KB.',
  },
} as const satisfies Record<string, Rule>;
