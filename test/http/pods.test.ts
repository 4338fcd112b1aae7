import { describe, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { recording, sloFiles } from '../support/shop.ts';

const GLOBAL = { 'burngate.io/scope': 'global' };
const STABLE = { cohort: 'stable', counts: [449, 1] as const, labels: ['old'] };

/** Eight canary pods; `bad` is what each fails of its ten requests a minute. */
const canary = (bad: readonly number[]) =>
  bad.map((each, index) => ({
    cohort: 'canary',
    counts: [10 - each, each] as const,
    labels: [`web-${String(index)}`],
  }));

const service = served({
  slos: folderWith({
    ...sloFiles([
      { name: 'one-pod', path: 'one-pod.csv', annotations: GLOBAL },
      { name: 'all-pods', path: 'all-pods.csv', annotations: GLOBAL },
    ]),
    'one-pod.csv': recording(['pod'], [...canary([0, 0, 8, 0, 0, 0, 0, 0]), STABLE]),
    'all-pods.csv': recording(['pod'], [...canary([1, 1, 1, 1, 1, 1, 1, 1]), STABLE]),
  }),
});

describe('a recording with pods, judged by the service', () => {
  test('names the pod that carries the bad events of a failed canary', async () => {
    const answer = await ask(service(), { slo: 'one-pod' });
    expect(answer.verdict).toBe('fail');
    expect(answer.reason).toContain('one pod of 8 (web-2) has 100% of the bad events');
  });

  test('names none where all pods fail alike', async () => {
    const answer = await ask(service(), { slo: 'all-pods' });
    expect(answer.verdict).toBe('fail');
    expect(answer.reason).not.toContain('one pod of');
  });
});
