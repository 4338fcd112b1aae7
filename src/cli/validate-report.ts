import { formatProblems, formatWarnings } from '../config/problem.ts';
import type { LoadedSlos } from '../config/load-slos.ts';
import type { Finding } from '../templates/finding.ts';
import type { Severity } from '../templates/rule.ts';
import type { SloAccess } from './validate-access.ts';

/** Everything that `validate` found. */
export interface Validated {
  /** Null: only manifests were given. */
  readonly slos: LoadedSlos | null;
  /** How many Rollouts and templates were checked; null: no manifests were given. */
  readonly manifests: number | null;
  readonly findings: readonly Finding[];
  readonly access: readonly SloAccess[];
}

export function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** For people: what is wrong on stdout, what is only strange on stderr. */
export function textReport({ slos, manifests, findings, access }: Validated): { out: string; err: string } {
  const lines = [
    ...(slos === null ? [] : [sloText(slos)]),
    ...findings.map(findingText),
    ...(manifests === null ? [] : [summary(manifests, findings)]),
    ...access.map(accessText),
  ];
  const warnings = slos?.warnings ?? [];
  return {
    out: `${lines.join('\n')}\n`,
    err: warnings.length === 0 ? '' : `${formatWarnings(warnings)}\n`,
  };
}

function sloText(loaded: LoadedSlos): string {
  if (loaded.ok) {
    return `${String(loaded.slos.length)} SLOs are valid: ${loaded.slos.map((slo) => slo.name).join(', ')}`;
  }
  const files = new Set(loaded.problems.map(({ file }) => file)).size;
  return `${formatProblems(loaded.problems)}\n${String(loaded.problems.length)} problems in ${String(files)} files`;
}

function findingText({
  file,
  line,
  column,
  severity,
  rule,
  path,
  given,
  allowed,
  why,
  fix,
}: Finding): string {
  const head = `${plain(file)}:${String(line)}:${String(column)} ${severity} ${rule} ${path}: given ${plain(given)}, allowed ${plain(allowed)}`;
  return [head, `    why: ${why}`, ...indented('fix', fix)].join('\n');
}

function indented(label: string, text: string): string[] {
  const [first = '', ...rest] = text.split('\n').map(plain);
  return [`    ${label}: ${first}`, ...rest.map((line) => `${' '.repeat(label.length + 6)}${line}`)];
}

function summary(manifests: number, findings: readonly Finding[]): string {
  const count = (severity: Severity, name: string): string =>
    `${String(countOf(findings, severity))} ${name}`;
  const found = [count('error', 'errors'), count('warning', 'warnings'), count('note', 'notes')].join(', ');
  return `${String(manifests)} Rollouts and templates checked: ${found}`;
}

function accessText({ slo, provider, report }: SloAccess): string {
  if (report.ok) return `${slo}: ${provider} lets us in, ${report.detail}`;
  return `${slo}: ${provider} does not let us in: ${report.problem}; ${report.remedy}`;
}

/** Names of files and values may hold anything; a line break in one would forge a second finding. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** Workflow commands of GitHub Actions, which mark the lines of a pull request. */
export function githubReport({ slos, findings }: Validated): string {
  const problems = slos === null || slos.ok ? [] : slos.problems;
  const lines = [
    ...problems.map(({ file, line = 1, column = 1, path, given, allowed }) =>
      command(
        'error',
        { file, line, col: column, title: 'slo' },
        `${path}: given ${given}, allowed ${allowed}`,
      ),
    ),
    ...findings.map(({ severity, file, line, column, rule, given, allowed, why, fix }) =>
      command(
        severity === 'note' ? 'notice' : severity,
        { file, line, col: column, title: rule },
        `given ${given}, allowed ${allowed}: ${why}\n${fix}`,
      ),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function command(name: string, fields: Readonly<Record<string, string | number>>, message: string): string {
  const escaped = (text: string): string =>
    text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string | number): string =>
    escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const list = Object.entries(fields).map(([key, value]) => `${key}=${property(value)}`);
  return `::${name} ${list.join(',')}::${escaped(message)}`;
}

/** For machines, on one line. */
export function jsonReport({ slos, manifests, findings, access }: Validated, ok: boolean): string {
  const loaded = slos?.ok === true ? slos.slos : [];
  return JSON.stringify({
    ok,
    slos: loaded.map(({ name, service, target }) => ({ name, service, target })),
    problems: slos === null || slos.ok ? [] : slos.problems,
    warnings: slos?.warnings ?? [],
    ...(manifests === null ? {} : { manifests, findings }),
    ...(access.length === 0
      ? {}
      : { access: access.map(({ slo, provider, report }) => ({ slo, provider, ...report })) }),
  });
}
