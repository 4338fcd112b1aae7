import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Files of Datadog's client that a process has loaded after this. */
function loadedAfter(script: string): string[] {
  const listing = `
    ${script}
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(loaded.filter((name) => name.includes('datadog-api-client'))));`;
  const stdout = execFileSync(process.execPath, ['--input-type=module', '-e', listing], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as string[];
}

test('nothing of the client is loaded where no SLO uses Datadog', () => {
  expect(loadedAfter(`await import('./src/registry.ts');`)).toEqual([]);
});

test('an open provider has loaded what the client sends with, and none of its models', () => {
  const loaded = loadedAfter(`
    const { openClient } = await import('./providers/datadog/client.ts');
    await openClient({}, {});`);
  expect(loaded.some((name) => name.endsWith('configuration.js'))).toBe(true);
  expect(loaded.filter((name) => /\/(?:models|apis)\//.test(name))).toEqual([]);
  expect(loaded.length).toBeLessThan(20);
});
