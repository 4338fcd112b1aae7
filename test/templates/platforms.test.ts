import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadRollout, loadTemplates } from '../../argo/load-manifests.ts';
import { simulateRollout } from '../../argo/simulate-rollout.ts';
import { manifestsOf } from '../../src/cli/validate-input.ts';
import { loadSlos } from '../../src/config/load-slos.ts';
import { PLATFORMS } from '../../src/onboarding/answers.ts';
import { serviceFiles } from '../../src/onboarding/service-files.ts';
import { PROVIDERS } from '../../src/registry.ts';
import { scriptedServer } from '../argo/scripted-server.ts';
import { folderWith } from '../support/folder.ts';
import { check, rulesIn, TEMPLATES } from './check.ts';

const FOLDER = join(import.meta.dirname, '../../examples/platforms');
const OVERLAYS = ['dev', 'staging', 'production'] as const;
const KUBECTL = 'kubectl';
const isHere = hasKubectl();
const slos = { names: ['checkout-availability'], services: ['checkout'] };

const library = loadTemplates(
  ['preflight', 'watch', 'gate', 'bake'].map((name) => join(TEMPLATES, `${name}.yaml`)),
);
let server: Awaited<ReturnType<typeof scriptedServer>> | undefined;
afterEach(async () => server?.close());

const answers = {
  service: 'checkout',
  objective: 0.995,
  image: 'registry.example.com/checkout:1.42.0',
  repository: 'https://git.example.com/shop/deploy.git',
  path: 'checkout',
  project: 'shop-prod',
};

function hasKubectl(): boolean {
  try {
    execFileSync(KUBECTL, ['kustomize', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const rendered = (folder: string): string =>
  execFileSync(KUBECTL, ['kustomize', folder], { encoding: 'utf8' });

const INSTALLED = `apiVersion: v1
kind: ConfigMap
metadata: { name: argo-rollouts-notification-configmap, namespace: argo-rollouts }
data: { trigger.on-rollout-aborted: "- send: [rollout-aborted]" }
`;

interface Named {
  kind: string;
  metadata: { name: string; namespace?: string };
  immutable?: boolean;
}

test('every platform has an example, and every example a platform', () => {
  const folders = readdirSync(FOLDER).filter((name) => name !== 'README.md');
  expect(folders.toSorted()).toEqual([...PLATFORMS].toSorted());
});

describe.each(PLATFORMS)('%s', (platform) => {
  const dir = join(FOLDER, platform);
  const files = serviceFiles({ ...answers, platform });

  test.each([...files.keys()])('%s is what init writes', async (name) => {
    await expect(files.get(name)).toMatchFileSnapshot(join(dir, name));
  });

  test('holds nothing else', () => {
    const there = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.\w+$/.test(name),
    );
    expect(there.toSorted()).toEqual([...files.keys()].toSorted());
  });

  test('its SLO loads with the providers of Burngate', async () => {
    const loaded = await loadSlos(join(dir, 'slos'), PROVIDERS);
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
  });

  test('its manifests raise no finding', () => {
    const text = ['base/rollout.yaml', 'base/services.yaml', 'base/route.yaml', 'application.yaml'].map(
      (name) => files.get(name),
    );
    expect(check(text.join('---\n'), slos)).toEqual([]);
  });

  test.each([
    ['pass', 'promoted', 100],
    ['fail', 'aborted', 0],
    ['inconclusive', 'paused', 0],
  ])('a release of it that is always told %s is %s', async (verdict, outcome, weight) => {
    server = await scriptedServer(() => ({ body: JSON.stringify({ verdict, code: 'c', reason: 'r' }) }));
    const result = await simulateRollout({
      rollout: loadRollout(join(dir, 'base/rollout.yaml')),
      templates: library,
      podTemplateHashes: { latest: 'new1', stable: 'old1' },
      baseUrl: server.url,
      startAt: new Date('2026-01-01T00:00:00Z'),
      until: new Date('2026-01-02T00:00:00Z'),
    });
    expect(result).toMatchObject({ outcome, weight });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({
      slo: 'checkout-availability',
      canary: 'new1',
    });
  });

  test('its kustomizations name files that are there', () => {
    for (const folder of ['base', ...OVERLAYS.map((name) => `overlays/${name}`)]) {
      const { resources, configurations = [] } = parse(files.get(`${folder}/kustomization.yaml`) ?? '') as {
        resources: string[];
        configurations?: string[];
      };
      for (const name of [...resources, ...configurations])
        expect(existsSync(join(dir, folder, name))).toBe(true);
    }
  });

  describe.skipIf(!isHere)('rendered by kubectl kustomize (skipped where there is none)', () => {
    test.each(OVERLAYS)('%s raises no finding, and its configuration is the release’s own', (overlay) => {
      const text = rendered(join(dir, 'overlays', overlay));
      expect(check(text, slos)).toEqual([]);
      const objects = manifestsOf([{ file: 'a', text }]).map(({ value }) => value as unknown as Named);
      for (const { metadata } of objects)
        expect(metadata.namespace).toBe(overlay === 'production' ? 'checkout' : `checkout-${overlay}`);
      for (const kind of ['ConfigMap', 'Secret']) {
        const own = objects.filter((one) => one.kind === kind);
        expect(own).toHaveLength(1);
        expect(own[0]).toMatchObject({ immutable: true });
        expect(own[0]?.metadata.name).toMatch(/^checkout-(config|secret)-[a-z0-9]{10}$/);
        expect(JSON.stringify(objects.find((one) => one.kind === 'Rollout'))).toContain(
          own[0]?.metadata.name,
        );
      }
    });

    test('another content is another name, so a change of configuration is a release', () => {
      const names = OVERLAYS.map(
        (overlay) => /name: (checkout-config-\w+)/.exec(rendered(join(dir, 'overlays', overlay)))?.[1],
      );
      expect(new Set(names).size).toBe(3);
    });
  });
});

describe.skipIf(!isHere)(
  'the templates, installed by kubectl apply -k (skipped where there is no kubectl)',
  () => {
    test.each([
      ['.', 'ClusterAnalysisTemplate', 7],
      ['namespaced', 'AnalysisTemplate', 7],
      ['token', 'ClusterAnalysisTemplate', 6],
    ])('%s renders to %s', (folder, kind, count) => {
      const text = rendered(join(TEMPLATES, folder));
      const kinds = manifestsOf([{ file: 'a', text }]).map((one) => one.kind);
      expect(kinds).toEqual(Array.from({ length: count }, () => kind));
      expect(rulesIn(check(text))).toEqual([]);
    });

    test('the notifications add to what Argo Rollouts has, and take nothing away', () => {
      const read = (name: string): string => readFileSync(join(TEMPLATES, 'notifications', name), 'utf8');
      const folder = folderWith({
        'kustomization.yaml': 'resources: [installed.yaml]\ncomponents: [burngate]\n',
        'installed.yaml': INSTALLED,
        'burngate/kustomization.yaml': read('kustomization.yaml'),
        'burngate/triggers.yaml': read('triggers.yaml'),
      });
      const { data } = parse(rendered(folder)) as { data: Record<string, string> };
      expect(Object.keys(data).toSorted()).toEqual([
        'template.burngate-aborted',
        'template.burngate-held',
        'trigger.on-burngate-aborted',
        'trigger.on-burngate-held',
        'trigger.on-rollout-aborted',
      ]);
      // Each trigger sends a template that is there, and is what the Rollouts of init subscribe to.
      const rollout = serviceFiles({ ...answers, platform: 'prometheus' }).get('base/rollout.yaml');
      for (const name of ['held', 'aborted']) {
        const trigger = parse(data[`trigger.on-burngate-${name}`] ?? '') as { send: string[] }[];
        expect(trigger.flatMap(({ send }) => send)).toEqual([`burngate-${name}`]);
        expect(rollout).toContain(`subscribe.on-burngate-${name}.slack`);
      }
    });
  },
);
