import { InvalidArgumentError } from 'commander';
import { formatIssue, type Parsed } from '../core/parsed.ts';
import { parsePolicy, resolvePolicy, type Policy } from '../core/policy.ts';
import type { Mode } from '../core/verdict.ts';
import { UsageError } from './exit.ts';

/** Collects repeated `--policy key=value`. */
export function collectPolicy(
  text: string,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const cut = text.indexOf('=');
  if (cut <= 0) throw new InvalidArgumentError('a policy is written key=value, such as margin=2');
  return { ...before, [text.slice(0, cut).trim()]: text.slice(cut + 1).trim() };
}

export function policyFrom(raw: Readonly<Record<string, unknown>>): Parsed<Policy> {
  const parsed = parsePolicy(raw);
  return parsed.ok ? resolvePolicy(parsed.value) : parsed;
}

export function parseMode(text: unknown): Parsed<Mode> {
  if (text === undefined || text === 'watch') return { ok: true, value: 'watch' };
  if (text === 'gate') return { ok: true, value: 'gate' };
  return { ok: false, issues: [{ path: 'mode', given: JSON.stringify(text), allowed: 'watch or gate' }] };
}

/** The value, or a usage error with every issue. */
export function must<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new UsageError(parsed.issues.map((issue) => formatIssue(issue)).join('\n'));
}
