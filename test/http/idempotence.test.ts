import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { post } from '../support/ask.ts';
import { DEMO_QUESTIONS, DEMO_SLOS } from '../support/demo-questions.ts';
import { served } from '../support/served.ts';
import { startService, type Service } from '../serve-process.ts';

const slos = join(import.meta.dirname, '../..', DEMO_SLOS);

async function answers(service: Service, questions: readonly string[] = DEMO_QUESTIONS): Promise<string[]> {
  const found: string[] = [];
  for (const question of questions) found.push((await post(service, question)).text);
  return found;
}

async function another(): Promise<Service> {
  const service = await startService({ slos });
  onTestFinished(async () => {
    await service.stop();
  });
  return service;
}

describe('the same request with `at`', () => {
  const service = served({ slos });

  test('meets verdicts of every kind, so that what follows is no law about one answer', async () => {
    const verdicts = (await answers(service())).map((text) => (JSON.parse(text) as { code: string }).code);
    for (const code of ['no-harm', 'harm-proven', 'group-harm-proven', 'canary-silent', 'preflight-ok'])
      expect(verdicts).toContain(code);
  });

  test('is answered with the same bytes again, in any order', async () => {
    const first = await answers(service());
    expect(await answers(service())).toEqual(first);
    expect((await answers(service(), DEMO_QUESTIONS.toReversed())).toReversed()).toEqual(first);
  });

  test('is answered with the same bytes by another process', async () => {
    expect(await answers(await another())).toEqual(await answers(service()));
  });

  test('is answered with the same bytes after SIGKILL and restart', async () => {
    const first = await another();
    const before = await answers(first, DEMO_QUESTIONS.slice(0, 30));
    expect(await first.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await answers(await another(), DEMO_QUESTIONS)).toEqual([
      ...before,
      ...(await answers(service(), DEMO_QUESTIONS.slice(30))),
    ]);
  });

  test('is answered with the same bytes 200 times at once, by a process that has seen nothing yet', async () => {
    const expected = await answers(service());
    const fresh = await another();
    const asked = Array.from({ length: 200 }, (_, index) => index % DEMO_QUESTIONS.length);
    const replies = await Promise.all(asked.map(async (index) => post(fresh, DEMO_QUESTIONS[index] ?? '')));
    expect(replies.map(({ text }) => text)).toEqual(asked.map((index) => expected[index]));
  });

  test('is answered with the same bytes while wall-clock time goes on', async () => {
    const [question = ''] = DEMO_QUESTIONS;
    const first = await post(service(), question);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await post(service(), question)).text).toBe(first.text);
  });
});
