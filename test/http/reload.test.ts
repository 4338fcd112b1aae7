import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ask, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { release, sloYaml } from '../support/shop.ts';
import { startService, type Service } from '../serve-process.ts';

const GLOBAL = { 'burngate.io/scope': 'global' };
const slo = (name: string): string => sloYaml({ name, path: 'counts.csv', annotations: GLOBAL });
const [OLD, NEXT] = ['token-of-this-month-123456', 'token-of-next-month-123456'];

async function started(files: Record<string, string>, ...flags: string[]): Promise<[Service, string]> {
  const folder = folderWith({ 'counts.csv': release([50, 0]), ...files });
  const service = await startService({ slos: folder, flags });
  onTestFinished(async () => {
    await service.kill();
  });
  return [service, folder];
}

interface Ready {
  readonly slos: number;
  readonly config: { readonly ok: boolean; readonly problems?: number };
}

const ready = async ({ url }: Service): Promise<Ready> =>
  (await (await fetch(`${url}/readyz`)).json()) as Ready;

describe('changed files', () => {
  test('are in use after SIGHUP, and a wrong one takes nothing away', async () => {
    const [service, folder] = await started({ 'a.yaml': slo('a') });
    expect((await ask(service, { slo: 'b' })).code).toBe('invalid-request');
    await writeFile(join(folder, 'b.yaml'), slo('b'));
    process.kill(service.pid, 'SIGHUP');
    await expect.poll(async () => (await ask(service, { slo: 'b' })).code).toBe('no-harm');

    await writeFile(join(folder, 'c.yaml'), slo('c').replace('target: 0.99', 'target: 99'));
    process.kill(service.pid, 'SIGHUP');
    await expect.poll(async () => (await ready(service)).config.ok).toBe(false);
    const { slos, config } = await ready(service);
    // What is wrong stands in the log; the port is open to everybody.
    expect([slos, config.problems]).toEqual([2, 1]);
    expect(service.stderr()).toContain('c.yaml');
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain(
      'burngate_config_reload_successful 0',
    );
    for (const name of ['a', 'b']) expect((await ask(service, { slo: name })).code).toBe('no-harm');
  });

  test('of tokens are in use after SIGHUP, without a gap for callers that switch', async () => {
    const tokens = join(folderWith({ tokens: `argo:${OLD}\n` }), 'tokens');
    const [service] = await started({ 'a.yaml': slo('a') }, '--tokens', tokens);
    const body = JSON.stringify({ ...GOOD, slo: 'a' });
    const codeWith = async (token: string): Promise<string> =>
      (JSON.parse((await post(service, body, { Authorization: `Bearer ${token}` })).text) as { code: string })
        .code;
    const change = async (text: string): Promise<void> => {
      await writeFile(tokens, text);
      process.kill(service.pid, 'SIGHUP');
    };
    expect([await codeWith(OLD), await codeWith(NEXT)]).toEqual(['no-harm', 'unauthenticated']);
    await change(`argo:${OLD}\nargo:${NEXT}\n`);
    await expect.poll(async () => codeWith(NEXT)).toBe('no-harm');
    expect(await codeWith(OLD)).toBe('no-harm');
    await change('argo:short\n');
    await expect.poll(() => service.stderr()).toContain('the last good ones stay in use');
    expect(await codeWith(NEXT)).toBe('no-harm');
    await change(`argo:${NEXT}\n`);
    await expect.poll(async () => codeWith(OLD)).toBe('unauthenticated');
    expect(await codeWith(NEXT)).toBe('no-harm');
    expect(service.stderr()).not.toContain(OLD);
  });
});
