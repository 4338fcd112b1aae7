import type { z } from 'zod';
import type { AnalysisRequest } from '../analysis/request.ts';
import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';
import { describePolicy, parsePolicy, type PolicyOverrides } from '../core/policy.ts';
import { requestBody } from './request-body.ts';
import { DAY, SECOND, parseDuration, type EpochMs } from '../core/units.ts';
import { looksLikeRfc3339, parseRfc3339 } from '../core/rfc3339.ts';

/** Label value syntax of Kubernetes: what a pod-template-hash, namespace or name can be. Anything else is not one. */
const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** Clocks of caller and server differ by this much without anybody judging the future. */
const CLOCK_TOLERANCE = 5 * SECOND;
/** Names that clouds give to clusters are no label values: GKE and EKS put projects and regions into them. */
const CLUSTER = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,252}$/;
const MAX_SLOS = 20;
const MAX_NAME = 253;

const FIELDS = Object.keys(requestBody.shape);

type Raw = z.infer<typeof requestBody>;

/** Parses the body of an analysis request; every issue at once. `now` is our own clock. */
export function parseAnalysisRequest(body: unknown, now: EpochMs): Parsed<AnalysisRequest> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid({ path: '', given: shown(body), allowed: `a JSON object with ${FIELDS.join(', ')}` });
  }
  const unknown = Object.keys(body).filter((key) => !FIELDS.some((field) => field === key));
  const issues: Issue[] = unknown
    .slice(0, 5)
    .map((key) => ({ path: shown(key), given: 'a field', allowed: FIELDS.join(', ') }));
  const raw = requestBody.safeParse(body);
  if (!raw.success) {
    for (const { path } of raw.error.issues) {
      const field = String(path[0] ?? '');
      issues.push({
        path: field,
        given: shown(Reflect.get(body, field)),
        allowed: field === 'policy' ? 'an object' : 'a string or a number',
      });
    }
    return invalid(...issues);
  }
  return build(raw.data, now, issues);
}

/** Collects issues while reading fields; a field with an issue reads as its fallback. */
class Reader {
  readonly issues: Issue[];
  constructor(issues: Issue[]) {
    this.issues = issues;
  }
  fail<T>(path: string, given: unknown, allowed: string, fallback: T): T {
    this.issues.push({ path, given: shown(given), allowed });
    return fallback;
  }
  take<T>(parsed: Parsed<T>, fallback: T): T {
    if (parsed.ok) return parsed.value;
    this.issues.push(...parsed.issues);
    return fallback;
  }
  cluster(value: string | undefined): string | undefined {
    if (value === undefined || CLUSTER.test(value)) return value;
    return this.fail(
      'cluster',
      value,
      'a cluster name: letters, digits, ".", "_", "-", ":" and "/", at most 253',
      undefined,
    );
  }
  label(path: string, value: string | undefined): string | undefined {
    if (value === undefined || LABEL_VALUE.test(value)) return value;
    return this.fail(
      path,
      value,
      'a Kubernetes label value: letters, digits, ".", "_" and "-", at most 63',
      undefined,
    );
  }
}

function build(raw: Raw, now: EpochMs, issues: Issue[]): Parsed<AnalysisRequest> {
  const read = new Reader(issues);
  const canary = read.label('canary', raw.canary);
  if (raw.canary === undefined)
    read.fail(
      'canary',
      raw.canary ?? '',
      'the pod-template-hash of the canary (podTemplateHashValue: Latest)',
      undefined,
    );
  const stable = read.label('stable', raw.stable) ?? null;
  if (canary !== undefined && canary === stable) {
    read.fail(
      'canary',
      canary,
      'a hash other than stable: there is nothing to compare a release with itself',
      undefined,
    );
  }
  const at = raw.at === undefined ? undefined : moment(read, 'at', raw.at, now);
  const request: AnalysisRequest = {
    slos: sloNames(read, raw.slo),
    canary: canary ?? '',
    stable,
    mode: modeOf(read, raw.mode),
    minWindow: raw.minWindow === undefined ? 0 : read.take(parseDuration(raw.minWindow, 'minWindow'), 0),
    start: startOf(read, raw.start, now),
    weight: weightOf(read, raw.weight),
    policy: policyOf(read, raw.policy),
    ...(at === undefined ? {} : { at }),
    ...optional('namespace', read.label('namespace', raw.namespace)),
    ...optional('cluster', read.cluster(raw.cluster)),
    ...optional('rollout', read.label('rollout', raw.rollout)),
    ...optional('revision', read.label('revision', raw.revision)),
  };
  return issues.length > 0 ? invalid(...issues) : valid(request);
}

const POLICY_FIELDS = new Set(describePolicy().map(({ name }) => name));

/** Policy fields are optional as well, so '' and null are absent; a name that nobody knows is refused all the same. */
function policyOf(read: Reader, policy: Raw['policy']): PolicyOverrides {
  if (policy === undefined || policy === null || policy === '') return {};
  const given = Object.entries(policy).filter(
    ([name, value]) => !(POLICY_FIELDS.has(name) && (value === '' || value === null)),
  );
  return read.take(parsePolicy(Object.fromEntries(given)), {});
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}

function sloNames(read: Reader, slo: string | undefined): AnalysisRequest['slos'] {
  const nothing = { kind: 'names', names: [] } as const;
  const allowed = 'the name of an SLO, several separated by commas, or service:NAME';
  if (slo === undefined) return read.fail('slo', '', allowed, nothing);
  const service = /^service:(.*)$/.exec(slo);
  const names = (service?.[1] ?? slo).split(',').map((name) => name.trim());
  const sound = names.every((name) => name !== '' && name.length <= MAX_NAME && /^[\x21-\x7e]+$/.test(name));
  if (!sound || names.length > (service === null ? MAX_SLOS : 1))
    return read.fail('slo', slo, allowed, nothing);
  return service === null ? { kind: 'names', names } : { kind: 'service', service: names[0] ?? '' };
}

function modeOf(read: Reader, mode: string | undefined): AnalysisRequest['mode'] {
  switch (mode) {
    case undefined:
    case 'watch':
      return 'watch';
    case 'gate':
    case 'preflight':
      return mode;
    default:
      return read.fail('mode', mode, 'watch, gate or preflight', 'watch');
  }
}

function startOf(read: Reader, start: string | undefined, now: EpochMs): AnalysisRequest['start'] {
  if (start === undefined || start === 'auto') return { kind: 'auto' };
  if (looksLikeRfc3339(start)) return { kind: 'at', at: moment(read, 'start', start, now) };
  const ago = parseDuration(start, 'start');
  if (ago.ok) return { kind: 'ago', ago: ago.value };
  return read.fail('start', start, 'RFC 3339, a duration back from now such as 2h, or auto', {
    kind: 'auto',
  });
}

/** A time that has been; never the future, where there is nothing to judge. */
function moment(read: Reader, path: string, given: string, now: EpochMs): EpochMs {
  const time = parseRfc3339(given);
  if (time === null || time < DAY)
    return read.fail(path, given, 'RFC 3339 such as 2026-03-01T10:15:00Z', now);
  if (time > now + CLOCK_TOLERANCE)
    return read.fail(path, given, `a time not in the future; here it is ${new Date(now).toISOString()}`, now);
  return Math.min(time, now);
}

function weightOf(read: Reader, weight: string | undefined): number | null {
  if (weight === undefined) return null;
  const percent = /^\d+(?:\.\d+)?%?$/.test(weight) ? Number(weight.replace('%', '')) : Number.NaN;
  if (Number.isNaN(percent) || percent > 100)
    return read.fail('weight', weight, "the canary's share in per cent, from 0 to 100", null);
  // Weight 0 is a canary without traffic yet: no share to compare with.
  return percent === 0 ? null : percent / 100;
}
