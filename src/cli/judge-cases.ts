import { readLines } from '../recording/lines.ts';
import { formatIssue, invalid, shown, valid, type Parsed } from '../core/parsed.ts';
import type { Bucket, Events } from '../core/counts.ts';
import { Replay } from '../core/trace.ts';
import type { DurationMs } from '../core/units.ts';
import type { Judgement, Mode, Question } from '../core/verdict.ts';
import { alignDown } from '../core/window.ts';
import { parseMode, policyFrom } from './policy-flags.ts';
import { parseTarget } from './target.ts';

/** A case of a year of minutes has some 30 MB. */
const MAX_CASE_BYTES = 64 * 1024 * 1024;

export interface CaseDefaults {
  readonly target: string | undefined;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly mode: Mode;
  readonly bucketMs: DurationMs;
}

interface Case {
  readonly id: unknown;
  readonly question: Question;
  /** Buckets with their index in the case; holes between them have null. */
  readonly buckets: readonly { readonly bucket: Bucket; readonly index: number | null }[];
}

/** Judges one case a line and writes one line a case, in order. A line that is wrong says so and harms no other. */
export async function judgeCases(
  path: string,
  defaults: CaseDefaults,
  write: (line: string) => void,
  onProgress: (done: number, all: number | null) => void,
): Promise<void> {
  for await (const { text, overlong } of readLines(path, { maxLineBytes: MAX_CASE_BYTES, onProgress })) {
    if (overlong === undefined && text.trim() === '') continue;
    write(
      JSON.stringify(
        overlong === undefined
          ? answer(text, defaults)
          : {
              id: null,
              error: `the line has ${String(overlong)} bytes, at most ${String(MAX_CASE_BYTES)} are read`,
            },
      ),
    );
  }
}

function answer(text: string, defaults: CaseDefaults): object {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { id: null, error: 'the line is not JSON' };
  }
  const id: unknown = isRecord(raw) ? (raw['id'] ?? null) : null;
  const parsed = parseCase(raw, defaults);
  if (!parsed.ok) return { id, error: parsed.issues.map((issue) => formatIssue(issue)).join('; ') };
  return judge(parsed.value, defaults.bucketMs);
}

function judge({ id, question, buckets }: Case, bucketMs: DurationMs): object {
  const replay = new Replay(question, bucketMs);
  let last: Judgement | null = null;
  let firstFail: number | null = null;
  let firstPass: number | null = null;
  for (const { bucket, index } of buckets) {
    last = replay.next(bucket);
    if (index === null) continue;
    if (last.verdict === 'fail') firstFail ??= index;
    if (last.verdict === 'pass') firstPass ??= index;
  }
  const { logBurn = null, logRelative = null, logHarm = null, logSafe = null } = last?.figures.evidence ?? {};
  return {
    id,
    verdict: last?.verdict ?? 'inconclusive',
    code: last?.code ?? 'no-data',
    firstFail,
    firstPass,
    logBurn,
    logRelative,
    logHarm,
    logSafe,
    burn: last?.figures.burn ?? { canary: null, stable: null, ratio: null },
  };
}

const FIELDS = ['id', 'target', 'policy', 'mode', 'buckets'];

function parseCase(raw: unknown, defaults: CaseDefaults): Parsed<Case> {
  if (!isRecord(raw))
    return invalid({ path: '', given: shown(raw), allowed: `an object with ${FIELDS.join(', ')}` });
  const unknown = Object.keys(raw).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined)
    return invalid({ path: shown(unknown), given: 'a field', allowed: FIELDS.join(', ') });
  const target = parseTarget(raw['target'] ?? defaults.target);
  const overrides = raw['policy'] ?? {};
  const policy = isRecord(overrides)
    ? policyFrom({ ...defaults.policy, ...overrides })
    : invalid({ path: 'policy', given: shown(overrides), allowed: 'an object' });
  const mode = raw['mode'] === undefined ? valid(defaults.mode) : parseMode(raw['mode']);
  const buckets = parseBuckets(raw['buckets'], defaults.bucketMs);
  const issues = [target, policy, mode, buckets].flatMap((part) => (part.ok ? [] : part.issues));
  if (!target.ok || !policy.ok || !mode.ok || !buckets.ok) return invalid(...issues);
  const question: Question = {
    target: target.value,
    policy: policy.value,
    mode: mode.value,
    minWindow: 0,
    weight: null,
    grouped: false,
  };
  return valid({ id: raw['id'] ?? null, question, buckets: buckets.value });
}

function parseBuckets(raw: unknown, bucketMs: DurationMs): Parsed<Case['buckets']> {
  if (!Array.isArray(raw))
    return invalid({
      path: 'buckets',
      given: shown(raw),
      allowed: 'a list of [time, canaryGood, canaryBad, stableGood, stableBad]',
    });
  const buckets: { bucket: Bucket; index: number | null }[] = [];
  let next: number | null = null;
  for (const [index, row] of raw.entries()) {
    const path = `buckets[${String(index)}]`;
    const bucket = parseRow(row, bucketMs);
    if (bucket === null)
      return invalid({
        path,
        given: shown(row),
        allowed:
          '[epoch seconds, canaryGood, canaryBad, stableGood, stableBad], counts 0 or more, null and null for a cohort without data',
      });
    if (next !== null && bucket.time < next)
      return invalid({
        path,
        given: shown(row),
        allowed: `a later bucket of ${String(bucketMs / 1000)}s than the one before; see --bucket`,
      });
    if (next !== null && bucket.time - next > bucketMs * MAX_HOLES)
      return invalid({ path, given: shown(row), allowed: 'times in epoch seconds without a hole of years' });
    // A missing row is no data.
    for (; next !== null && next < bucket.time; next += bucketMs)
      buckets.push({ bucket: { time: next, canary: null, stable: null }, index: null });
    buckets.push({ bucket, index });
    next = bucket.time + bucketMs;
  }
  return valid(buckets);
}

const MAX_HOLES = 600_000;

function parseRow(row: unknown, bucketMs: DurationMs): Bucket | null {
  if (!Array.isArray(row) || row.length !== 5) return null;
  const cells: readonly unknown[] = row;
  const [time, ...counts] = cells;
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0 || time > 1e11) return null;
  const canary = eventsOf(counts[0], counts[1]);
  const stable = eventsOf(counts[2], counts[3]);
  return canary === undefined || stable === undefined
    ? null
    : { time: alignDown(time * 1000, bucketMs), canary, stable };
}

/** Null for "no data"; undefined for what is neither counts nor that. */
function eventsOf(good: unknown, bad: unknown): Events | null | undefined {
  if (good === null && bad === null) return null;
  return isCount(good) && isCount(bad) ? { good, bad } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
