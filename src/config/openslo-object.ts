import { parseMetadata, type Metadata } from './metadata.ts';
import { allowedNames } from './near-names.ts';
import { createReporter, givenText, type Findings, type Reporter } from './reporter.ts';
import { isAbsent, isMapping, partsOf } from './raw-value.ts';
import { check, mapping, elsewhere } from './schema.ts';
import type { YamlDocument } from './yaml-text.ts';

export type Kind = 'SLO' | 'SLI' | 'Service' | 'DataSource';

const READ: readonly Kind[] = ['SLO', 'SLI', 'Service', 'DataSource'];
/** Valid in OpenSLO, and of no use to a canary analysis: accepted unread, so that whole repositories load. */
const IGNORED: readonly string[] = ['AlertPolicy', 'AlertCondition', 'AlertNotificationTarget'];
const API_VERSION = 'openslo/v1';

const schema = mapping({
  apiVersion: elsewhere,
  kind: elsewhere,
  metadata: elsewhere,
  spec: elsewhere,
});

/** One OpenSLO object of a kind that is read. */
export interface OpenSloObject {
  readonly kind: Kind;
  /** Null: refused, which has been reported. The rest is judged all the same, to report everything at once. */
  readonly metadata: Metadata | null;
  /** `metadata.name` as it stands, so that references to a refused object are not reported as well. */
  readonly rawName: unknown;
  readonly rawMetadata: unknown;
  readonly spec: unknown;
  /** False: a key of the object itself was refused. */
  readonly sound: boolean;
  /** Stands at the object. */
  readonly report: Reporter;
}

/** The objects of a document, which holds one or a list of them. */
export function readObjects(file: string, document: YamlDocument, findings: Findings): OpenSloObject[] {
  const root = createReporter(file, document.locate, findings);
  const { value } = document;
  const all = Array.isArray(value)
    ? value.map((one: unknown, index) => readObject(one, root.at(index)))
    : [readObject(value, root)];
  return all.filter((one) => one !== null);
}

function readObject(raw: unknown, report: Reporter): OpenSloObject | null {
  if (!isMapping(raw)) {
    report.problem(
      [],
      givenText(raw),
      'an OpenSLO object with apiVersion, kind, metadata and spec, or a list of them',
    );
    return null;
  }
  const kind = raw['kind'];
  if (raw['apiVersion'] !== API_VERSION) {
    report.problem(
      ['apiVersion'],
      givenText(raw['apiVersion']),
      `${API_VERSION}; other files do not belong into this folder`,
    );
  }
  if (typeof kind === 'string' && IGNORED.includes(kind)) return null;
  const known = READ.find((one) => one === kind);
  if (known === undefined) {
    report.problem(
      ['kind'],
      givenText(kind),
      allowedNames(typeof kind === 'string' ? kind : '', [...READ, ...IGNORED]),
    );
    return null;
  }
  const object = check(schema, raw, report);
  if (isAbsent(raw['spec'])) report.problem(['spec'], 'nothing', 'a mapping');
  return {
    kind: known,
    metadata: parseMetadata(raw['metadata'], report.at('metadata')),
    rawName: partsOf(raw['metadata'])['name'],
    rawMetadata: raw['metadata'],
    spec: raw['spec'],
    sound: object !== null && !isAbsent(raw['spec']),
    report,
  };
}
