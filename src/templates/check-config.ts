import type { Path } from '../config/path.ts';
import type { Tell } from './finding.ts';
import type { Manifest } from './manifest.ts';
import { isObject, objectAt, textAt } from './raw.ts';

/** How a pod refers to a ConfigMap or Secret: the key, and the field with the name. */
const REFERENCES: Readonly<Record<string, readonly [kind: 'ConfigMap' | 'Secret', name: string]>> = {
  configMapRef: ['ConfigMap', 'name'],
  configMapKeyRef: ['ConfigMap', 'name'],
  configMap: ['ConfigMap', 'name'],
  secretRef: ['Secret', 'name'],
  secretKeyRef: ['Secret', 'name'],
  secret: ['Secret', 'secretName'],
};

/** ConfigMaps and Secrets among the manifests that canary and stable would share while they change. */
export function checkConfig(rollout: Manifest, given: readonly Manifest[], tell: Tell): void {
  const template = objectAt(objectAt(rollout.value, 'spec'), 'template');
  visit(template, ['spec', 'template'], (kind, name, at) => {
    const found = given.find((one) => one.kind === kind && one.name === name);
    if (found === undefined || found.value['immutable'] === true) return;
    tell('config-shared', {
      at,
      given: `${kind} ${name}, which may change`,
      allowed: 'an immutable one whose name has the hash of its content',
      fix: 'configMapGenerator or secretGenerator of Kustomize, with options:\n  immutable: true',
    });
  });
}

function visit(value: unknown, at: Path, tell: (kind: string, name: string, at: Path) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(item, [...at, index], tell);
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const reference = Object.hasOwn(REFERENCES, key) ? REFERENCES[key] : undefined;
      const name = reference === undefined || !isObject(inner) ? undefined : textAt(inner, reference[1]);
      if (reference !== undefined && name !== undefined) tell(reference[0], name, [...at, key, reference[1]]);
      else visit(inner, [...at, key], tell);
    }
  }
}
