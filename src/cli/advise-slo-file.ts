import { readFile } from 'node:fs/promises';
import { isMap, parseAllDocuments, type Document, type YAMLMap } from 'yaml';
import type { Advice } from '../core/advice.ts';
import { ROLES } from '../core/counts.ts';
import type { Slo } from '../core/slo.ts';

/**
 * The SLO's own document with the sources and annotations that were advised; everything else stays as it was
 * written. Null where its indicator is not written in it.
 */
export async function advisedSloFile(slo: Slo, advice: Advice): Promise<string | null> {
  const documents = parseAllDocuments(await readFile(slo.origin.file, 'utf8'));
  const document = [...documents].find(
    (each) => each.getIn(['kind']) === 'SLO' && each.getIn(['metadata', 'name']) === slo.name,
  );
  const metric = document === undefined ? null : ratioMetric(document);
  if (document === undefined || metric === null) return null;
  for (const role of ROLES) {
    const source = advice.sources[role];
    if (source !== undefined) metric.setIn([role, 'metricSource'], document.createNode(source));
  }
  for (const [name, value] of Object.entries(advice.annotations)) {
    const path = ['metadata', 'annotations', name];
    if (value !== null) document.setIn(path, value);
    else if (document.hasIn(path)) document.deleteIn(path);
  }
  return document.toString({ directives: false });
}

function ratioMetric(document: Document): YAMLMap | null {
  const found = document.getIn(['spec', 'indicator', 'spec', 'ratioMetric']);
  return isMap(found) ? found : null;
}
