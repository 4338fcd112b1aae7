import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROVIDERS } from '../src/registry.ts';
import { environment } from './serve-process.ts';

const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);
let image = '';

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** What deploy/Dockerfile puts together: the built code, and the packages that are no dev dependencies. */
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'burngate-image-'));
  await run(
    join(ROOT, 'node_modules/.bin/tsc'),
    ['-p', 'tsconfig.build.json', '--outDir', join(image, 'dist')],
    {
      cwd: ROOT,
    },
  );
  await cp(join(ROOT, 'package.json'), join(image, 'package.json'));
  await cp(join(ROOT, 'analysis-templates'), join(image, 'analysis-templates'), { recursive: true });
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const wanted = Object.entries(lock.packages)
    .filter(
      ([path, { dev, devOptional, optional }]) => path !== '' && !(dev ?? devOptional ?? optional ?? false),
    )
    .map(([path]) => path);
  for (const path of wanted) {
    await mkdir(join(image, dirname(path)), { recursive: true });
    await cp(join(ROOT, path), join(image, path), {
      recursive: true,
      // Packages inside packages come by their own line.
      filter: (from) => !from.slice(join(ROOT, path).length).includes('node_modules'),
    });
  }
}, 180_000);

afterAll(async () => {
  await rm(image, { recursive: true, force: true });
});

const main = (): string => join(image, 'dist/src/cli/main.js');

describe('what the image holds', () => {
  test('has neither tests nor emulators nor development packages', async () => {
    const { stdout } = await run('find', [
      image,
      '-name',
      '*.test.js',
      '-o',
      '-path',
      '*/emulator/*',
      '-o',
      '-name',
      'vitest',
    ]);
    const ours = stdout
      .split('\n')
      .filter((line) => line.includes(`${image}/dist`) || line.endsWith('/vitest'));
    expect(ours).toEqual([]);
  });

  test('serves, from a folder with nothing else in it', async () => {
    const child = spawn(
      process.execPath,
      [main(), 'serve', '--slos', join(ROOT, 'examples/releases/slos'), '--port', '0'],
      {
        cwd: image,
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const answer = await fetch(`${line.replace('listening ', '')}/v1/analysis`, {
      method: 'POST',
      body: JSON.stringify({
        slo: 'fivefold',
        canary: 'canary',
        stable: 'stable',
        at: '2015-05-17T10:40:00Z',
      }),
    });
    expect(await answer.json()).toMatchObject({ verdict: 'fail', code: 'harm-proven' });
    const base = line.replace('listening ', '');
    const text = await (await fetch(`${base}/`)).text();
    expect(text).toContain('<h1>SLOs</h1>');
    const assets = [...text.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js))"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(0);
    for (const path of assets) expect((await fetch(base + path)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 60_000);

  test.each(PROVIDERS.map(({ name }) => name))(
    'can load the provider %s',
    async (name) => {
      const script = `
      const { PROVIDERS } = await import(${JSON.stringify(join(image, 'dist/src/registry.js'))});
      const found = PROVIDERS.find((each) => each.name === ${JSON.stringify(name)});
      const settings = found.parseSettings({ DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40), BURNGATE_PROMETHEUS_URL: 'http://127.0.0.1:9' });
      if (!settings.ok) throw new Error(JSON.stringify(settings.issues));
      const provider = await found.open(settings.value, { env: { METADATA_SERVER_DETECTION: 'none' }, now: Date.now, log: { warn() {} }, meter: { apiCall() {}, budgetLeft() {} } });
      await provider.close();
      console.log('opened');`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
        cwd: image,
        env: environment(),
      });
      expect(stdout).toBe('opened\n');
    },
    60_000,
  );
});
