import { stat } from 'node:fs/promises';
import { formatIssues, formatProblems, formatWarnings } from '../config/problem.ts';
import { queriesOf } from '../core/slo.ts';
import { LiveAccess } from '../live-access.ts';
import { fine, wrong, type Check, type Finding, type Outcome, type Patient } from './check.ts';

const OLDEST_NODE = 24;
/** Read by everybody on the machine. */
const OTHERS_READ = 0o004;

const node: Check = {
  label: 'Node',
  failureLabel: 'this Node cannot run Burngate',
  shouldTest: () => true,
  test: async ({ nodeVersion }) =>
    Number(nodeVersion.split('.')[0]) >= OLDEST_NODE
      ? fine(nodeVersion)
      : wrong(`Node is ${nodeVersion}`, `use Node ${String(OLDEST_NODE)} or newer`),
};

const settings: Check = {
  label: 'settings',
  failureLabel: 'settings of the service are wrong',
  shouldTest: () => true,
  test: async ({ settings: parsed }) => {
    const problems = [...(parsed.ok ? [] : formatIssues(parsed.issues).split('\n')), ...parsed.warnings];
    return outcomeOf(
      problems,
      'correct the flag or the variable; "burngate serve --help" lists them',
      'as "serve" takes them',
    );
  },
};

const sloFiles: Check = {
  label: 'SLO files',
  failureLabel: 'SLO files do not load',
  shouldTest: ({ slos }) => slos !== null,
  test: async ({ slos, places }) => {
    if (slos === null) return fine('none');
    if (!slos.ok)
      return outcomeOf(
        formatProblems(slos.problems).split('\n'),
        'correct the file; "burngate validate" checks it offline',
        '',
      );
    const warnings = slos.warnings.length === 0 ? '' : `, warnings: ${formatWarnings(slos.warnings)}`;
    return slos.slos.length === 0
      ? wrong(`${places.slos ?? ''} holds no SLO`, 'put OpenSLO files there, or name another folder')
      : fine(`${String(slos.slos.length)} in ${places.slos ?? ''}${warnings}`);
  },
};

const providerSettings: Check = {
  label: 'provider settings',
  failureLabel: 'settings of a provider are wrong',
  shouldTest: ({ slos }) => slos?.ok === true,
  test: async (patient) => {
    const used = usedProviders(patient);
    const problems = patient.definitions
      .filter(({ name }) => used.includes(name))
      .flatMap((definition) => {
        const parsed = definition.parseSettings(patient.env);
        return parsed.ok ? [] : parsed.issues.map((issue) => `${definition.name}: ${formatIssues([issue])}`);
      });
    return outcomeOf(problems, 'set the variable as the guide of the provider says', used.join(', '));
  },
};

const providerAccess: Check = {
  label: 'provider access',
  failureLabel: 'a provider does not answer, or does not let us read',
  shouldTest: ({ askAccess, slos }) => askAccess !== null && slos?.ok === true,
  test: async ({ askAccess }) => {
    const asked = (await askAccess?.()) ?? [];
    const findings = asked.flatMap(({ slo, provider, report }) =>
      report.ok ? [] : [{ problem: `${slo} at ${provider}: ${report.problem}`, remedy: report.remedy }],
    );
    return findings.length > 0 ? { ok: false, findings } : fine(`${String(asked.length)} asked`);
  },
};

const tokens: Check = {
  label: 'tokens and access',
  failureLabel: 'the files of callers are wrong',
  shouldTest: ({ places }) => places.tokens !== undefined || places.access !== undefined,
  test: async ({ places }) => {
    const files = {
      ...(places.tokens === undefined ? {} : { tokens: places.tokens }),
      ...(places.access === undefined ? {} : { access: places.access }),
    };
    await LiveAccess.open(files);
    if (places.tokens === undefined) return fine('readable');
    const { mode } = await stat(places.tokens);
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    return (mode & OTHERS_READ) === 0
      ? fine(`mode ${octal}`)
      : wrong(
          `${places.tokens} has mode ${octal}: everybody on this machine can read it`,
          'chmod 0640 it; in Kubernetes, defaultMode: 0440 of the Secret volume',
        );
  },
};

const templates: Check = {
  label: 'templates',
  failureLabel: 'the AnalysisTemplates that come with Burngate are missing',
  shouldTest: () => true,
  test: async ({ countTemplates }) => {
    const count = await countTemplates();
    return count > 0
      ? fine(`${String(count)} found`)
      : wrong(
          'no folder analysis-templates beside the program',
          'install the package again, with all its files',
        );
  },
};

export const CONFIGURATION_CHECKS: readonly Check[] = [
  node,
  settings,
  sloFiles,
  providerSettings,
  providerAccess,
  tokens,
  templates,
];

function usedProviders({ slos }: Patient): string[] {
  if (slos?.ok !== true) return [];
  const named = slos.slos.flatMap(({ indicator }) =>
    Object.values(queriesOf(indicator)).map(({ provider }) => provider),
  );
  return [...new Set(named)].toSorted();
}

function outcomeOf(problems: readonly string[], remedy: string, detail: string): Outcome {
  const findings: Finding[] = problems.map((problem) => ({ problem, remedy }));
  return findings.length > 0 ? { ok: false, findings } : fine(detail);
}
