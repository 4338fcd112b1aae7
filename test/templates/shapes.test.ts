import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { ROLLOUT_SPEC } from '../../src/templates/rollout-shape.ts';
import { isObject, objectAt, type RawObject } from '../../src/templates/raw.ts';
import type { Shape } from '../../src/templates/shape.ts';
import { TEMPLATE_SPEC } from '../../src/templates/template-shape.ts';

const CRDS = join(import.meta.dirname, '../../../shared/data/argo-crds');

/** Every field of a schema that `validate` looks at, as `path: type`, required ones with a `!`. */
function fieldsOfSchema(schema: RawObject, shape: Shape | undefined, path: string): string[] {
  if (shape?.kind === 'open') return [`${path}: open`];
  const type = schema['x-kubernetes-int-or-string'] === true ? 'int-or-text' : String(schema['type']);
  const inner = schema['items'] ?? schema['additionalProperties'];
  const next = shape !== undefined && 'item' in shape ? shape.item : undefined;
  if (isObject(inner))
    return fieldsOfSchema(inner, next, `${path}${schema['items'] === undefined ? '{}' : '[]'}`);
  const properties = objectAt(schema, 'properties');
  if (Object.keys(properties).length === 0) return [`${path}: ${type}${enumOf(schema)}`];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = shape !== undefined && 'fields' in shape ? shape.fields : {};
  return Object.entries(properties).flatMap(([name, value]) =>
    fieldsOfSchema(
      isObject(value) ? value : {},
      fields[name],
      `${path}.${name}${required.includes(name) ? '!' : ''}`,
    ),
  );
}

function enumOf(schema: RawObject): string {
  return Array.isArray(schema['enum']) ? ` ${schema['enum'].join('|')}` : '';
}

const TYPES = { text: 'string', int: 'integer', 'int-or-text': 'int-or-text', bool: 'boolean' };

function fieldsOfShape(shape: Shape, path: string): string[] {
  switch (shape.kind) {
    case 'open':
      return [`${path}: open`];
    case 'list':
      return fieldsOfShape(shape.item, `${path}[]`);
    case 'map':
      return fieldsOfShape(shape.item, `${path}{}`);
    case 'object':
      return Object.entries(shape.fields).flatMap(([name, field]) =>
        fieldsOfShape(field, `${path}.${name}${shape.required.includes(name) ? '!' : ''}`),
      );
    case 'text':
      return [`${path}: string${shape.of === undefined ? '' : ` ${shape.of.join('|')}`}`];
    case 'int':
    case 'int-or-text':
    case 'bool':
      return [`${path}: ${TYPES[shape.kind]}`];
  }
}

describe.skipIf(!existsSync(CRDS))(
  'what validate takes for the schema is the schema of the CRDs of argo-rollouts v1.9.1 (skipped without ../shared)',
  () => {
    test.each([
      ['analysis-template-crd.yaml', TEMPLATE_SPEC],
      ['cluster-analysis-template-crd.yaml', TEMPLATE_SPEC],
      ['rollout-crd.yaml', ROLLOUT_SPEC],
    ])('%s', (file, shape) => {
      const crd: unknown = parse(readFileSync(join(CRDS, file), 'utf8'));
      const { spec } = crd as { spec: { versions: { schema: { openAPIV3Schema: RawObject } }[] } };
      const schema = spec.versions[0]?.schema.openAPIV3Schema ?? {};
      const wanted = fieldsOfSchema(objectAt(objectAt(schema, 'properties'), 'spec'), shape, '');
      expect(fieldsOfShape(shape, '').toSorted()).toEqual(wanted.toSorted());
    });
  },
);
