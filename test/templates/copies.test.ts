import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../analysis-templates');
const HEAD = (folder: string) =>
  `# Made from ../NAME by test/templates/copies.test.ts (${folder}); change that file and run vitest -u.\n`;
const names = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

const TOKEN_ARG = `    # From a Secret in the namespace of the Rollout. Argo reads it on every reconcile: where it is missing for a moment
    # (a rotation, a blip of the API server), the run is an Error at once, no limit applies, and the release is rolled
    # back. Change its content in place, and never delete or rename it while a release runs. Prefer the templates
    # without a token, and a NetworkPolicy.
    - name: token
      valueFrom:
        secretKeyRef:
          name: burngate-token
          key: token
`;
const TOKEN_HEADER = `          headers:
            - key: Authorization
              value: 'Bearer {{args.token}}'
`;

/** The same for one namespace, for teams that may not install cluster-wide objects. */
function namespaced(text: string): string {
  return text.replace('kind: ClusterAnalysisTemplate', 'kind: AnalysisTemplate');
}

/** The same with a bearer token. */
function withToken(text: string): string {
  return text
    .replace(/^( {2}name: burngate-[\w-]+)$/m, '$1-token')
    .replace(/^( {4}# In the cluster and straight)/m, `${TOKEN_ARG}$1`)
    .replace(/^( {10}url: .*)$/gm, `$1\n${TOKEN_HEADER.trimEnd()}`);
}

describe.each([
  { folder: 'namespaced', make: namespaced, of: names },
  { folder: 'token', make: withToken, of: names.filter((name) => name !== 'saturation.yaml') },
])('analysis-templates/$folder', ({ folder, make, of }) => {
  test.each(of)('%s is made from the template of that name', async (name) => {
    const made = HEAD(folder).replace('NAME', name) + make(read(name));
    await expect(made).toMatchFileSnapshot(join(FOLDER, folder, name));
  });

  test('its kustomization lists all of them', async () => {
    const list = of.map((name) => `  - ${name}\n`).join('');
    const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${list}`;
    await expect(kustomization).toMatchFileSnapshot(join(FOLDER, folder, 'kustomization.yaml'));
  });
});

test('a token stands in the header, never in the body, whose answer Argo would store', () => {
  const made = readdirSync(join(FOLDER, 'token')).filter((name) => name !== 'kustomization.yaml');
  for (const name of made) {
    const text = read(`token/${name}`);
    const uses = [...text.matchAll(/\{\{args\.token\}\}/g)];
    expect(uses.length).toBeGreaterThan(0);
    expect([...text.matchAll(/ value: 'Bearer \{\{args\.token\}\}'/g)]).toHaveLength(uses.length);
  }
});
