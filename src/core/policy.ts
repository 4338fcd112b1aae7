import { invalid, shown, valid, type Issue, type Parsed } from './parsed.ts';
import { HOUR, parseDuration, type DurationMs, type Ratio } from './units.ts';

/** The limits that turn evidence into a verdict. Names are those of annotations, requests and flags. */
export interface Policy {
  /** Canary burn rate that a team will not tolerate. */
  readonly maxBurnRate: number;
  /** How many times worse than stable still counts as equal. */
  readonly margin: number;
  /** Chance that a healthy release is ever failed, over all looks and groups. */
  readonly alpha: Ratio;
  /** Burn rate that a gate's pass rules out. */
  readonly safeBurnRate: number;
  /** Chance that a gate passes a canary at or above `safeBurnRate`. */
  readonly beta: Ratio;
  /** Canary events before a watch passes. */
  readonly minEvents: number;
  /** Distinct buckets with canary bad events before a fail of the whole. */
  readonly minBadBuckets: number;
  /** The same for a group. */
  readonly 'breakdown.minBadBuckets': number;
  /** First part of the canary's life that is left out. */
  readonly warmup: DurationMs;
  /** Share of the window's buckets that must have data. */
  readonly minCoverage: Ratio;
  readonly onMissingStable: 'inconclusive' | 'absolute';
  readonly onSharedDegradation: 'inconclusive' | 'pass';
  /** Burn rate of both cohorts that makes an incident shared. */
  readonly sharedBurnRate: number;
  readonly onIdle: 'inconclusive' | 'pass';
  readonly 'breakdown.onHarm': 'fail' | 'inconclusive' | 'report';
  /** Groups left out of everything: probes prove nothing about users and pass gates. */
  readonly 'breakdown.exclude': readonly string[];
  readonly unprovenGate: 'inconclusive' | 'pass';
}

export type PolicyOverrides = Partial<Policy>;

type Field =
  | {
      readonly kind: 'number';
      readonly fallback: number;
      readonly min: number;
      readonly max: number;
      readonly whole?: true;
    }
  | { readonly kind: 'duration'; readonly fallback: DurationMs; readonly max: DurationMs }
  | { readonly kind: 'choice'; readonly fallback: string; readonly of: readonly string[] }
  | { readonly kind: 'list'; readonly fallback: readonly string[]; readonly max: number };

/**
 * Defaults, and the bounds inside which files and requests may move: outside of them the promise of a
 * verdict would be gone (an alpha of 0.5 is a coin), so nobody can ask for it.
 */
const FIELDS: { readonly [K in keyof Policy]: Field } = {
  maxBurnRate: { kind: 'number', fallback: 1, min: 0.01, max: 1000 },
  margin: { kind: 'number', fallback: 1.5, min: 1, max: 10 },
  alpha: { kind: 'number', fallback: 0.01, min: 1e-9, max: 0.1 },
  safeBurnRate: { kind: 'number', fallback: 2, min: 0.01, max: 1000 },
  beta: { kind: 'number', fallback: 0.05, min: 1e-9, max: 0.2 },
  minEvents: { kind: 'number', fallback: 50, min: 1, max: 1e9, whole: true },
  minBadBuckets: { kind: 'number', fallback: 2, min: 1, max: 100, whole: true },
  'breakdown.minBadBuckets': { kind: 'number', fallback: 3, min: 1, max: 100, whole: true },
  warmup: { kind: 'duration', fallback: 0, max: HOUR },
  minCoverage: { kind: 'number', fallback: 0.8, min: 0.1, max: 1 },
  onMissingStable: { kind: 'choice', fallback: 'inconclusive', of: ['inconclusive', 'absolute'] },
  onSharedDegradation: { kind: 'choice', fallback: 'inconclusive', of: ['inconclusive', 'pass'] },
  sharedBurnRate: { kind: 'number', fallback: 6, min: 1, max: 1000 },
  onIdle: { kind: 'choice', fallback: 'inconclusive', of: ['inconclusive', 'pass'] },
  'breakdown.onHarm': { kind: 'choice', fallback: 'fail', of: ['fail', 'inconclusive', 'report'] },
  'breakdown.exclude': {
    kind: 'list',
    fallback: ['/healthz', '/readyz', '/livez', '/health', '/ready', '/live', '/ping', '/metrics'],
    max: 100,
  },
  unprovenGate: { kind: 'choice', fallback: 'inconclusive', of: ['inconclusive', 'pass'] },
};

/** Burn rate below which judging without stable would roll back releases for what stable does too. */
const ABSOLUTE_FLOOR = 14.4;

function isPolicyKey(key: string): key is keyof Policy {
  return Object.hasOwn(FIELDS, key);
}

/** What a field allows, in words. */
function allowedText(field: Field): string {
  switch (field.kind) {
    case 'number':
      return `a ${field.whole === true ? 'whole ' : ''}number from ${String(field.min)} to ${String(field.max)}`;
    case 'duration':
      return 'a duration from 0s to 1h';
    case 'choice':
      return field.of.join(' or ');
    case 'list':
      return `a list, or names separated by commas, at most ${String(field.max)}`;
  }
}

function parseNumber(field: Field & { kind: 'number' }, raw: unknown): number | null {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) return null;
  const value = Number(text);
  const fits = Number.isFinite(value) && value >= field.min && value <= field.max;
  return fits && (field.whole !== true || Number.isInteger(value)) ? value : null;
}

function parseList(field: Field & { kind: 'list' }, raw: unknown): readonly string[] | null {
  const items: unknown[] =
    typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : Array.isArray(raw) ? raw : [null];
  const texts = items.filter((item): item is string => typeof item === 'string' && item.length <= 200);
  return texts.length === items.length && items.length <= field.max
    ? texts.filter((item) => item !== '')
    : null;
}

function parseField(field: Field, raw: unknown): number | string | readonly string[] | null {
  switch (field.kind) {
    case 'number':
      return parseNumber(field, raw);
    case 'duration': {
      const span = typeof raw === 'string' ? parseDuration(raw) : null;
      return span !== null && span.ok && span.value <= field.max ? span.value : null;
    }
    case 'choice':
      return typeof raw === 'string' && field.of.includes(raw) ? raw : null;
    case 'list':
      return parseList(field, raw);
  }
}

/** Parses overrides by name; strings are accepted for every kind, as Argo sends nothing else. All issues at once. */
export function parsePolicy(
  raw: Readonly<Record<string, unknown>>,
  path = 'policy',
): Parsed<PolicyOverrides> {
  const issues: Issue[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(raw)) {
    if (!isPolicyKey(key)) {
      issues.push({
        path: path === '' ? shown(key) : `${path}.${shown(key)}`,
        given: shown(given),
        allowed: Object.keys(FIELDS).join(', '),
      });
      continue;
    }
    const value = parseField(FIELDS[key], given);
    if (value === null)
      issues.push({
        path: path === '' ? key : `${path}.${key}`,
        given: shown(given),
        allowed: allowedText(FIELDS[key]),
      });
    else parsed[key] = value;
  }
  return issues.length > 0 ? invalid(...issues) : valid(parsed as PolicyOverrides);
}

/** The defaults. */
export const DEFAULT_POLICY: Policy = Object.fromEntries(
  Object.entries(FIELDS).map(([key, field]) => [key, field.fallback]),
) as unknown as Policy;

/** Layers overrides over the defaults (later ones win) and checks what no field can see alone. */
export function resolvePolicy(...layers: readonly PolicyOverrides[]): Parsed<Policy> {
  const policy: Policy = layers.reduce<Policy>((merged, layer) => ({ ...merged, ...layer }), DEFAULT_POLICY);
  if (policy.onMissingStable === 'absolute' && policy.maxBurnRate < ABSOLUTE_FLOOR) {
    return invalid({
      path: 'policy.maxBurnRate',
      given: String(policy.maxBurnRate),
      allowed: `at least ${String(ABSOLUTE_FLOOR)} with onMissingStable=absolute: without stable beside it a smaller burn may be everybody's`,
    });
  }
  return valid(policy);
}

/** One line a field for help texts and documentation. */
export function describePolicy(): {
  readonly name: string;
  readonly fallback: string;
  readonly allowed: string;
}[] {
  return Object.entries(FIELDS).map(([name, field]) => ({
    name,
    fallback: field.kind === 'duration' ? `${String(field.fallback / 1000)}s` : String(field.fallback),
    allowed: allowedText(field),
  }));
}
