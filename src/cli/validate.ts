import { Command } from 'commander';
import { loadSloFiles, loadSlos, type LoadedSlos } from '../config/load-slos.ts';
import { formatIssue, shown } from '../core/parsed.ts';
import { PROVIDERS } from '../registry.ts';
import { checkManifests } from '../templates/check-manifests.ts';
import type { KnownSlos } from '../templates/check-use.ts';
import type { Finding } from '../templates/finding.ts';
import { isChecked } from '../templates/manifest.ts';
import { RULES } from '../templates/rules.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { askAccess } from './validate-access.ts';
import { readInput, STDIN, type ValidateInput } from './validate-input.ts';
import { readLibrary } from './validate-library.ts';
import { countOf, githubReport, jsonReport, textReport, type Validated } from './validate-report.ts';

interface Flags {
  readonly json?: true;
  readonly github?: true;
  readonly strict?: true;
  readonly access?: true;
  readonly slos?: string;
  readonly argoVersion?: string;
}

/** `burngate validate`: everything that is wrong with SLO files, AnalysisTemplates and Rollouts, at once and offline. */
export function validateCommand(done: (code: ExitCode) => void): Command {
  return new Command('validate')
    .description(
      'Check SLO files, AnalysisTemplates and Rollouts offline; everything that is wrong comes at once.',
    )
    .argument('<path...>', `folders or files of OpenSLO and Kubernetes YAML; ${STDIN} is standard input`)
    .option('--slos <dir>', 'SLO files that the manifests refer to, if they lie elsewhere')
    .option('--argo-version <version>', 'the version of Argo Rollouts in the cluster, e.g. 1.8.3')
    .option('--access', 'also ask the providers of the SLOs whether we may read')
    .option('--strict', 'warnings end with 78 as well')
    .option('--json', 'print JSON')
    .option('--github', 'print annotations of GitHub Actions')
    .action(async (paths: readonly string[], flags: Flags) => {
      const validated = await validate(paths, flags);
      const ok = isFine(validated, flags.strict === true);
      print(validated, flags, ok);
      done(ok ? EXIT.done : EXIT.config);
    });
}

async function validate(paths: readonly string[], flags: Flags): Promise<Validated> {
  const argo = flags.argoVersion === undefined ? undefined : versionOf(flags.argoVersion);
  const input = await readInput(paths, process.stdin);
  const slos = loadThem(input, paths.join(', '));
  const elsewhere = flags.slos === undefined ? null : await loadSlos(flags.slos, PROVIDERS);
  const checked = input.manifests.filter(isChecked).length;
  const findings = input.hasManifests
    ? checkManifests({
        given: input.manifests,
        library: await readLibrary(),
        slos: namesOf([slos, elsewhere]),
        argo,
      })
    : [];
  const loaded = elsewhere === null || elsewhere.ok ? slos : elsewhere;
  const known = [slos, elsewhere].flatMap((one) => (one?.ok === true ? one.slos : []));
  return {
    slos: loaded,
    manifests: input.hasManifests ? checked : null,
    findings: [...input.broken.map(syntaxFinding), ...findings],
    access: flags.access === true ? await askAccess(known, PROVIDERS, process.env) : [],
  };
}

/** Null where nothing but manifests was given. */
function loadThem({ slos, hasManifests }: ValidateInput, dir: string): LoadedSlos | null {
  if (hasManifests && slos.files.length === 0 && slos.problems.length === 0) return null;
  return loadSloFiles(dir, slos, PROVIDERS);
}

/** Undefined where nobody told of SLOs; names of a broken set are not known, so nothing is said of them. */
function namesOf(sets: readonly (LoadedSlos | null)[]): KnownSlos | undefined {
  const given = sets.filter((set) => set !== null);
  const loaded = given.flatMap((set) => (set.ok ? [set] : []));
  if (given.length === 0 || loaded.length < given.length) return undefined;
  return {
    names: loaded.flatMap(({ slos }) => slos.map(({ name }) => name)),
    services: loaded.flatMap(({ services }) => services.map(({ name }) => name)),
  };
}

function syntaxFinding(problem: ValidateInput['broken'][number]): Finding {
  const { file, line = 1, column = 1, path, given, allowed } = problem;
  const { severity, why } = RULES.syntax;
  const fix = 'render Helm or Kustomize first, and give the result on standard input';
  return { rule: 'syntax', severity, file, line, column, path, object: file, given, allowed, why, fix };
}

function versionOf(text: string): readonly [number, number, number] {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$/.exec(text) ?? [];
  if (major !== undefined && minor !== undefined) return [Number(major), Number(minor), Number(patch ?? 0)];
  const allowed = 'a version such as 1.8.3';
  throw new UsageError(formatIssue({ path: '--argo-version', given: shown(text), allowed }));
}

function isFine({ slos, findings, access }: Validated, strict: boolean): boolean {
  if (slos?.ok === false || access.some(({ report }) => !report.ok)) return false;
  if (strict && countOf(findings, 'warning') > 0) return false;
  return countOf(findings, 'error') === 0;
}

function print(validated: Validated, flags: Flags, ok: boolean): void {
  if (flags.json === true) {
    process.stdout.write(`${jsonReport(validated, ok)}\n`);
  } else if (flags.github === true) {
    process.stdout.write(githubReport(validated));
  } else {
    const { out, err } = textReport(validated);
    process.stderr.write(err);
    process.stdout.write(out);
  }
}
