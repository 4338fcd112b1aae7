import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../argo/load-manifests.ts';
import { isObject, type RawObject } from '../../argo/read.ts';

const ROOT = join(import.meta.dirname, '../..');
const CRDS = join(ROOT, '../shared/data/argo-crds');

const MANIFESTS = [
  ['analysis-templates/preflight.yaml', 'cluster-analysis-template-crd.yaml'],
  ['analysis-templates/watch.yaml', 'cluster-analysis-template-crd.yaml'],
  ['analysis-templates/gate.yaml', 'cluster-analysis-template-crd.yaml'],
  ['analysis-templates/bake.yaml', 'cluster-analysis-template-crd.yaml'],
  ['analysis-templates/examples/checkout/rollout.yaml', 'rollout-crd.yaml'],
] as const;

describe.skipIf(!existsSync(CRDS))(
  'valid against the CRDs of argo-rollouts v1.9.1 (skipped without ../shared)',
  () => {
    test.each(MANIFESTS)('%s', (manifest, crd) => {
      const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
        schemaOf(crd),
      );
      const [document] = readYaml(readFileSync(join(ROOT, manifest), 'utf8'));
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
    });

    test('a field that the CRD does not know is found', () => {
      const validate = new Ajv({ strict: false, validateFormats: false }).compile(
        schemaOf('cluster-analysis-template-crd.yaml'),
      );
      expect(validate({ spec: { metrics: [{ name: 'x', provider: {}, intervall: '60s' }] } })).toBe(false);
    });
  },
);

/** The schema of a CRD, made as strict as the API server's strict field validation. */
function schemaOf(crd: string): RawObject {
  const [manifest] = readYaml(readFileSync(join(CRDS, crd), 'utf8'));
  const { spec } = manifest as { spec: { versions: { schema: { openAPIV3Schema: RawObject } }[] } };
  return strict(spec.versions[0]?.schema.openAPIV3Schema ?? {});
}

function strict(schema: RawObject): RawObject {
  const plain = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes-')),
  );
  // IntOrString is written as anyOf with both types; a CRD's extension says so and needs no more.
  const { properties, items } = plain;
  const nested = {
    ...(isObject(properties) ? { properties: each(properties) } : {}),
    ...(isObject(items) ? { items: strict(items) } : {}),
    ...(isObject(plain['additionalProperties'])
      ? { additionalProperties: strict(plain['additionalProperties']) }
      : {}),
  };
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || 'additionalProperties' in plain;
  const closed = isObject(properties) && !isOpen ? { additionalProperties: false } : {};
  return { ...plain, ...nested, ...closed };
}

const each = (properties: RawObject): RawObject =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, isObject(value) ? strict(value) : value]),
  );
