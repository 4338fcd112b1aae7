import { dirname } from 'node:path';
import type { AnyProviderDefinition } from '../core/provider.ts';
import type { Indicator } from '../core/slo.ts';
import { parseIndicatorSpec } from './indicator.ts';
import { refuseAnnotations } from './metadata.ts';
import type { DataSources } from './metric-source.ts';
import type { Kind, OpenSloObject } from './openslo-object.ts';
import { givenText } from './reporter.ts';
import { isAbsent } from './raw-value.ts';
import { anyText, check, description, mapping, optional, elsewhere } from './schema.ts';

/** A service that SLOs belong to; it has a document of its own, or SLOs only name it. */
export interface Service {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
}

const dataSourceSchema = mapping({
  description: optional(description),
  type: anyText.min(1, 'the name of a provider'),
  connectionDetails: elsewhere,
});
const serviceSchema = mapping({ description: optional(description) });

export function ofKind(objects: readonly OpenSloObject[], kind: Kind): OpenSloObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** One name twice would make references, requests and reports ambiguous; a Service is only a name, so twice is the same. */
export function reportDuplicates(objects: readonly OpenSloObject[]): void {
  const first = new Map<string, OpenSloObject>();
  for (const object of objects) {
    if (object.metadata === null) continue;
    const key = `${object.kind} ${object.metadata.name}`;
    const other = first.get(key);
    first.set(key, other ?? object);
    if (other === undefined) continue;
    const { line, column } = other.report.position(['metadata', 'name']);
    const where = `${other.report.file}:${String(line)}:${String(column)}`;
    if (object.kind === 'Service')
      object.report.warn(['metadata', 'name'], `is the name of the Service at ${where} too, which is used`);
    else
      object.report.problem(
        ['metadata', 'name'],
        `${givenText(object.metadata.name)} for the second time`,
        `a name that no other ${object.kind} has; the first is at ${where}`,
      );
  }
}

/** Services by name. */
export function readServices(objects: readonly OpenSloObject[]): Map<string, Service> {
  const services = new Map<string, Service>();
  for (const { metadata, rawMetadata, spec, report } of ofKind(objects, 'Service')) {
    refuseAnnotations(rawMetadata, 'Service', report.at('metadata'));
    const parsed = check(serviceSchema, spec ?? {}, report.at('spec'));
    if (metadata === null || services.has(metadata.name)) continue;
    services.set(metadata.name, {
      ...metadata,
      ...(typeof parsed?.description === 'string' && { description: parsed.description }),
    });
  }
  return services;
}

/** Types of DataSources by name; a refused one is known and null. */
export function readDataSources(objects: readonly OpenSloObject[]): Map<string, string | null> {
  const sources = new Map<string, string | null>();
  for (const { rawMetadata, rawName, spec, report } of ofKind(objects, 'DataSource')) {
    refuseAnnotations(rawMetadata, 'DataSource', report.at('metadata'));
    // connectionDetails stay unread: credentials come from the environment, never from SLO files.
    const parsed = check(dataSourceSchema, spec ?? {}, report.at('spec'));
    if (typeof rawName === 'string' && !sources.has(rawName)) sources.set(rawName, parsed?.type ?? null);
  }
  return sources;
}

/** Indicators of SLI documents by name; a refused one is known and null. Unused ones are judged as well. */
export function readIndicators(
  objects: readonly OpenSloObject[],
  context: {
    readonly definitions: readonly AnyProviderDefinition[];
    readonly dataSources: DataSources;
    readonly hint: string;
  },
): Map<string, Indicator | null> {
  const indicators = new Map<string, Indicator | null>();
  for (const { rawMetadata, rawName, spec, sound, report } of ofKind(objects, 'SLI')) {
    refuseAnnotations(rawMetadata, 'SLI', report.at('metadata'));
    const judged = isAbsent(spec)
      ? null
      : parseIndicatorSpec(spec, { ...context, baseDir: dirname(report.file) }, report.at('spec'));
    if (typeof rawName === 'string' && !indicators.has(rawName))
      indicators.set(rawName, sound ? judged : null);
  }
  return indicators;
}
