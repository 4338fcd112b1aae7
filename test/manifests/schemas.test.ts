import { execFile, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentsOf, manifestsIn, moduleOf, ROOT, type ManifestDocument } from './documents.ts';

const FOLDERS = ['analysis-templates', 'deploy', 'examples'];
const manifests = manifestsIn(FOLDERS);
const stored = manifests.filter((one) => moduleOf(one) !== null);
const whole = stored.filter(({ file, value }) => !isPatch(file, value));

/** A patch is a part of an object; what it makes of the whole is seen once it is rendered. */
function isPatch(file: string, { kind, spec }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'Deployment' && file.includes('/overlays/') && !JSON.stringify(spec).includes('"image"');
}

interface Model {
  validate(): void;
}

/** What the schema has against an object; null: nothing. */
async function problemOf(one: ManifestDocument): Promise<string | null> {
  const module = (await import(moduleOf(one) ?? '')) as Record<string, new (value: object) => Model>;
  const Class = module[one.kind];
  if (Class === undefined) return `no class for ${one.kind}`;
  try {
    new Class(one.value).validate();
    return null;
  } catch (error) {
    return String(error);
  }
}

async function problemsOf(folder: string): Promise<(string | null)[]> {
  const documents = documentsOf(folder, await render(folder));
  return Promise.all(documents.filter((one) => moduleOf(one) !== null).map(problemOf));
}

test('there are manifests to check, of Kubernetes, Argo Rollouts and the Prometheus Operator', () => {
  const kinds = whole.map(({ kind }) => kind);
  for (const kind of ['Deployment', 'ClusterAnalysisTemplate', 'Rollout', 'PrometheusRule'])
    expect(kinds).toContain(kind);
});

describe('what the API server would check:', () => {
  test.each(whole.map((one) => [`${one.file} ${one.kind}`, one] as const))('%s', async (_, one) => {
    expect(await problemOf(one)).toBeNull();
  });

  test('finds what is wrong, so that the tests above can fail', async () => {
    const broken = documentsOf(
      'x.yaml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replicas: three, selector: {}, template: {}}',
    );
    expect(await Promise.all(broken.map(problemOf))).toEqual([expect.stringContaining('replicas')]);
  });
});

/** The API server drops fields that it does not know; a typed literal does not compile with one. */
describe('fields that nobody knows', () => {
  const work = join(ROOT, 'node_modules/.cache/burngate-manifests');
  afterAll(async () => rm(work, { recursive: true, force: true }));

  async function compile(name: string, documents: readonly ManifestDocument[]): Promise<string> {
    const folder = join(work, name);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'literals.ts');
    const lines = documents.map(
      (one, index) =>
        `import type { I${one.kind} as T${String(index)} } from '${moduleOf(one) ?? ''}';\n` +
        `/* ${one.file} */ export const d${String(index)}: T${String(index)} = ${JSON.stringify(one.value)};`,
    );
    await writeFile(file, lines.join('\n'));
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024'];
    return promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['--ignoreConfig', ...flags, file], {
      cwd: folder,
    }).then(
      () => '',
      (error: unknown) => String(Reflect.get(Object(error), 'stdout')),
    );
  }

  test('are in none of the manifests', async () => {
    expect(await compile('ours', whole)).toBe('');
  });

  test('would be found', async () => {
    const wrong = documentsOf(
      'x.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prots: []}',
    );
    expect(await compile('wrong', wrong)).toContain('prots');
  });
});

/** kubectl contains kustomize. A cluster is not needed, and not every machine has it. */
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const skipped = hasKubectl ? '' : ': SKIPPED, there is no kubectl on this machine';

async function render(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', folder], {
    cwd: ROOT,
    maxBuffer: 1e8,
  });
  return stdout;
}

describe.skipIf(!hasKubectl)(`rendered by kustomize${skipped}`, () => {
  const folders = globSync('{analysis-templates,deploy,examples}/**/kustomization.yaml', { cwd: ROOT })
    .filter((file) => !readFileSync(join(ROOT, file), 'utf8').includes('kind: Component'))
    .map((file) => dirname(file))
    .toSorted();

  test.each(folders)('%s is whole and valid', async (folder) => {
    const problems = await problemsOf(folder);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });

  describe('every component', () => {
    const work = join(ROOT, 'deploy/.rendering');
    beforeAll(async () => mkdir(work, { recursive: true }));
    afterAll(async () => rm(work, { recursive: true, force: true }));
    const components = globSync('deploy/components/*', { cwd: ROOT }).toSorted();

    test.each(components)('%s fits the base', async (component) => {
      const folder = join(work, component.split('/').at(-1) ?? '');
      await mkdir(folder, { recursive: true });
      await writeFile(
        join(folder, 'kustomization.yaml'),
        `resources: [../../overlays/single]\ncomponents: [../../components/${component.split('/').at(-1) ?? ''}]\n`,
      );
      expect((await problemsOf(folder)).filter((problem) => problem !== null)).toEqual([]);
    });
  });

  test('install.yaml is what deploy/overlays/single renders to', async () => {
    const text = readFileSync(join(ROOT, 'deploy/install.yaml'), 'utf8');
    const rendered = await render('deploy/overlays/single');
    const values = (yaml: string): unknown[] => documentsOf('', yaml).map(({ value }) => value);
    expect(values(text)).toEqual(values(rendered));
  });
});
