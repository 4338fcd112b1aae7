import type { Role } from '../core/counts.ts';
import type { AnyProviderDefinition } from '../core/provider.ts';
import type { SourceQuery } from '../core/slo.ts';
import { allowedNames } from './near-names.ts';
import type { Reporter } from './reporter.ts';
import { anyText, check, mapping, optional, elsewhere } from './schema.ts';
import { shown } from '../core/parsed.ts';

/** A DataSource's type; null: the document was refused, which has been reported. */
export type DataSources = ReadonlyMap<string, string | null>;

export interface SourceContext {
  readonly definitions: readonly AnyProviderDefinition[];
  readonly dataSources: DataSources;
  /** Folder of the file, for paths inside a query. */
  readonly baseDir: string;
  /** Ends messages about unknown names: a file that did not parse may hold them. */
  readonly hint: string;
}

const schema = mapping({
  metricSource: mapping({ metricSourceRef: optional(anyText), type: optional(anyText), spec: elsewhere }),
});

/** Judges `{metricSource: {type | metricSourceRef, spec}}`: the query in its provider's own form. */
export function parseMetricSource(
  raw: unknown,
  role: Role,
  context: SourceContext,
  report: Reporter,
): SourceQuery | null {
  const parsed = check(schema, raw, report);
  if (parsed === null) return null;
  const inside = report.at('metricSource');
  const { spec } = parsed.metricSource;
  const found = findType(
    parsed.metricSource.type ?? null,
    parsed.metricSource.metricSourceRef ?? null,
    context,
    inside,
  );
  if (found === null) return null;
  const definition = context.definitions.find(({ name }) => sameType(name, found.type));
  if (definition === undefined) {
    const names = context.definitions.map(({ name }) => name);
    inside.problem(
      [found.from],
      `the unknown metricSource type ${shown(found.type)}`,
      allowedNames(found.type, names),
    );
    return null;
  }
  const query = definition.parseQuery(spec ?? {}, { role, baseDir: context.baseDir });
  if (query.ok) return { provider: definition.name, query: query.value };
  inside.at('spec').issues(query.issues);
  return null;
}

interface FoundType {
  readonly type: string;
  readonly from: 'type' | 'metricSourceRef';
}

function findType(
  type: string | null,
  ref: string | null,
  { dataSources, definitions, hint }: SourceContext,
  report: Reporter,
): FoundType | null {
  if (ref !== null)
    return type === null
      ? typeOfRef(ref, dataSources, hint, report)
      : typeBesideRef(type, ref, dataSources, report);
  if (type !== null) return { type, from: 'type' };
  const names = definitions.map(({ name }) => name);
  report.problem(['type'], 'nothing', `${allowedNames('', names)}, or a metricSourceRef`);
  return null;
}

function typeOfRef(ref: string, dataSources: DataSources, hint: string, report: Reporter): FoundType | null {
  const type = dataSources.get(ref);
  if (type === undefined) {
    const allowed = `${allowedNames(ref, [...dataSources.keys()])}, or a type beside it${hint}`;
    report.problem(['metricSourceRef'], `${shown(ref)}, which no DataSource is called`, allowed);
  }
  return isKnown(type) ? { type, from: 'metricSourceRef' } : null;
}

function typeBesideRef(
  type: string,
  ref: string,
  dataSources: DataSources,
  report: Reporter,
): FoundType | null {
  const known = dataSources.get(ref);
  // Without any DataSource they are kept elsewhere, and the type says all that is needed.
  if (known === undefined && dataSources.size > 0) {
    report.warn(
      ['metricSourceRef'],
      `names no DataSource of this folder; the type ${shown(type)} beside it is used`,
    );
  }
  if (isKnown(known) && !sameType(known, type)) {
    report.problem(
      ['type'],
      shown(type),
      `${shown(known)}, the type of DataSource ${shown(ref)}, or no type`,
    );
    return null;
  }
  return { type, from: 'type' };
}

function isKnown(type: string | null | undefined): type is string {
  return typeof type === 'string';
}

function sameType(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
