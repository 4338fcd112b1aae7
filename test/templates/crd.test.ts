import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../argo/load-manifests.ts';
import { isObject, type RawObject } from '../../argo/read.ts';

const ROOT = join(import.meta.dirname, '../..');
const CRDS = join(ROOT, '../shared/data/argo-crds');

const CRD_OF: Readonly<Record<string, string>> = {
  Rollout: 'rollout-crd.yaml',
  AnalysisTemplate: 'analysis-template-crd.yaml',
  ClusterAnalysisTemplate: 'cluster-analysis-template-crd.yaml',
};

/** Every manifest of Argo's kinds that is in the repository for people to use. */
const MANIFESTS = globSync('{analysis-templates,examples/platforms}/**/*.yaml', { cwd: ROOT }).flatMap(
  (path) =>
    readYaml(readFileSync(join(ROOT, path), 'utf8')).flatMap((document) => {
      const kind = isObject(document) ? String(document['kind']) : '';
      return Object.hasOwn(CRD_OF, kind) ? [{ path, kind, document }] : [];
    }),
);
const validators = new Map<string, ValidateFunction>();

function validatorOf(crd: string): ValidateFunction {
  const known = validators.get(crd);
  if (known !== undefined) return known;
  const made = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schemaOf(crd));
  validators.set(crd, made);
  return made;
}

describe.skipIf(!existsSync(CRDS))(
  'valid against the CRDs of argo-rollouts v1.9.1 (skipped without ../shared)',
  () => {
    test.each(MANIFESTS)('$path ($kind)', ({ kind, document }) => {
      const validate = validatorOf(CRD_OF[kind] ?? '');
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
    });

    test('templates, copies and examples are all there', () => {
      expect(MANIFESTS.length).toBeGreaterThan(7 + 7 + 6 + 5);
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
