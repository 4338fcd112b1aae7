import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { breaking } from './breaking.ts';
import { busySource, eventLog, faultOf, FREE } from './fixtures/source.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const source = busySource();
  const { events, observe } = eventLog();
  const provider = breaking(source, { provider: 'counted', now: Date.now, observe });
  const ask = async (project: string): Promise<unknown> =>
    provider.settlingLag({ total: { project } }, FREE).catch((error: unknown) => (error as Error).message);
  return { source, provider, events, ask };
}

describe('the breakers of a provider', () => {
  test('leave other queries alone', async () => {
    const { source, provider, ask, events } = setUp();
    for (let call = 0; call < 4; call += 1) {
      source.behaviour = { kind: 'fails', error: faultOf('provider-unavailable') };
      await ask('ill');
      source.behaviour = { kind: 'answers' };
      expect(await ask('well')).toBe(source.lag);
    }
    expect(await ask('ill')).toContain('3 times in a row');
    expect(source.lagLookUps).toBe(7);
    expect(provider.openBreakers()).toBe(1);
    expect(events).toEqual([
      { kind: 'breaker', provider: 'counted', state: 'open', code: 'provider-unavailable' },
    ]);
  });

  test('open for all once so many different queries fail, and close by one try', async () => {
    const { source, provider, ask } = setUp();
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    for (let project = 0; project < 20; project += 1) await ask(String(project));
    expect(source.lagLookUps).toBe(10);
    expect(await ask('another')).toContain('10 times in a row (provider-timeout');
    source.behaviour = { kind: 'answers' };
    vi.setSystemTime(Date.now() + 15_000);
    expect(await ask('another')).toBe(source.lag);
    expect(await ask('1')).toBe(source.lag);
    expect(provider.openBreakers()).toBe(0);
  });

  test('a refusal by the breaker for all is no failure of the queries that met it', async () => {
    const { source, provider, ask } = setUp();
    source.behaviour = { kind: 'fails', error: faultOf('provider-timeout') };
    for (let project = 0; project < 10; project += 1) await ask(String(project));
    for (let call = 0; call < 5; call += 1) await ask('innocent');
    expect(provider.openBreakers()).toBe(1);
  });

  test('count a call that hangs until our patience ends, and none that its caller gave up', async () => {
    const { source, provider } = setUp();
    source.behaviour = { kind: 'hangs' };
    const hang = async (reason: Error): Promise<void> => {
      const caller = new AbortController();
      const call = provider.settlingLag({ total: 1 }, caller.signal);
      caller.abort(reason);
      await expect(call).rejects.toBe(reason);
    };
    for (let call = 0; call < 5; call += 1) await hang(new Error('client gone'));
    expect(provider.openBreakers()).toBe(0);
    for (let call = 0; call < 3; call += 1) await hang(faultOf('provider-timeout'));
    expect(provider.openBreakers()).toBe(1);
  });

  test('hold nobody back who checks access', async () => {
    const { source, provider, ask } = setUp();
    source.behaviour = { kind: 'fails', error: faultOf('provider-unavailable') };
    for (let call = 0; call < 3; call += 1) await ask('ill');
    expect(await provider.checkAccess({ total: { project: 'ill' } }, FREE)).toEqual({ ok: true, detail: '' });
  });
});
