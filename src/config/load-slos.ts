import { dirname } from 'node:path';
import type { AnyProviderDefinition } from '../core/provider.ts';
import { shown } from '../core/parsed.ts';
import type { Slo } from '../core/slo.ts';
import {
  ofKind,
  readDataSources,
  readIndicators,
  readServices,
  reportDuplicates,
  type Service,
} from './catalog.ts';
import { nearNames } from './near-names.ts';
import { readObjects, type OpenSloObject } from './openslo-object.ts';
import type { ConfigProblem, ConfigWarning } from './problem.ts';
import type { Findings } from './reporter.ts';
import { partsOf } from './raw-value.ts';
import { readSloFiles, type SloFile } from './slo-files.ts';
import { parseSlo } from './slo-object.ts';
import { parseYaml } from './yaml-text.ts';

export type LoadedSlos =
  | {
      readonly ok: true;
      /** In the order of files and documents. */
      readonly slos: readonly Slo[];
      /** By name. */
      readonly services: readonly Service[];
      readonly warnings: readonly ConfigWarning[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      readonly warnings: readonly ConfigWarning[];
    };

const NO_SLO = 'holds no SLO: nothing can be judged';

/**
 * Reads the OpenSLO files of a folder (or one file). Everything that is wrong in all of them comes back at once;
 * one problem anywhere refuses the whole set, because an SLO that silently goes missing would not be judged.
 */
export async function loadSlos(
  dir: string,
  definitions: readonly AnyProviderDefinition[],
): Promise<LoadedSlos> {
  return loadSloFiles(dir, await readSloFiles(dir), definitions);
}

/** The same for files that were read already; `dir` names them as a whole. */
export function loadSloFiles(
  dir: string,
  { files, problems }: { readonly files: readonly SloFile[]; readonly problems: readonly ConfigProblem[] },
  definitions: readonly AnyProviderDefinition[],
): LoadedSlos {
  const findings: Findings = { problems: [...problems], warnings: [] };
  const { objects, hint } = readAll(files, findings);
  reportDuplicates(objects);
  const services = readServices(objects);
  const dataSources = readDataSources(objects);
  const context = { definitions, dataSources, hint };
  const indicators = readIndicators(objects, context);
  const slos = ofKind(objects, 'SLO')
    .map((object) => parseSlo(object, { ...context, indicators, baseDir: dirname(object.report.file) }))
    .filter((slo) => slo !== null);
  warnOfServices(objects, services);
  const { warnings } = findings;
  if (findings.problems.length > 0) return { ok: false, problems: findings.problems, warnings };
  if (slos.length === 0) warnings.push({ file: dir, path: '', message: NO_SLO });
  return { ok: true, slos, services: withImplied(services, slos), warnings };
}

function readAll(
  files: readonly SloFile[],
  findings: Findings,
): { readonly objects: OpenSloObject[]; readonly hint: string } {
  const broken: string[] = [];
  const objects = files.flatMap(({ path: file, text }) => {
    const yaml = parseYaml(text);
    if (yaml.broken) broken.push(file);
    findings.problems.push(...yaml.flaws.map((flaw) => ({ ...flaw, file })));
    findings.warnings.push(...yaml.warnings.map((warning) => ({ ...warning, file, path: '' })));
    const empty = yaml.documents.length === 0 && yaml.flaws.length === 0;
    if (empty) findings.warnings.push({ file, path: '', message: 'holds no document' });
    return yaml.documents.flatMap((document) => readObjects(file, document, findings));
  });
  const hint =
    broken.length === 0 ? '' : ` (it may stand in ${broken.slice(0, 3).join(', ')}, which did not parse)`;
  return { objects, hint };
}

/** Where Services have documents, one without is probably misspelt. */
function warnOfServices(objects: readonly OpenSloObject[], services: ReadonlyMap<string, Service>): void {
  if (services.size === 0) return;
  for (const { report, spec } of ofKind(objects, 'SLO')) {
    const service = partsOf(spec)['service'];
    if (typeof service !== 'string' || services.has(service)) continue;
    const near = nearNames(service, [...services.keys()]);
    const meant = near.length === 0 ? '' : `; ${near.join(' or ')}?`;
    report.warn(['spec', 'service'], `${shown(service)} has no Service document${meant}`);
  }
}

function withImplied(documented: ReadonlyMap<string, Service>, slos: readonly Slo[]): Service[] {
  const all = new Map(documented);
  for (const { service } of slos) if (!all.has(service)) all.set(service, { name: service });
  return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
