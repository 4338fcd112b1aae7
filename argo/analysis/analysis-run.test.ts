import { describe, expect, test } from 'vitest';
import type { RawObject } from '../read.ts';
import type { MeasurementPhase } from '../web-metric/response.ts';
import { AnalysisRun } from './analysis-run.ts';
import type { RunSpec } from './run-spec.ts';

const PHASES: Readonly<Record<string, MeasurementPhase>> = {
  S: 'Successful',
  F: 'Failed',
  I: 'Inconclusive',
  E: 'Error',
};

/** Plays a run whose metrics answer by letters (the last one repeats), until it ends or an hour is over. */
async function play(
  metrics: Readonly<Record<string, RawObject>>,
  scripts: Readonly<Record<string, string>>,
  options: { readonly stopAtS?: number; readonly dryRun?: readonly string[]; readonly untilS?: number } = {},
) {
  const times: number[] = [];
  const used = new Map<string, number>();
  const run = new AnalysisRun(specOf(metrics, options.dryRun ?? []), {
    secrets: {},
    measure: ({ name }, nowMs) => {
      const script = scripts[name] ?? 'S';
      const index = used.get(name) ?? 0;
      used.set(name, index + 1);
      times.push(nowMs / 1000);
      const phase = PHASES[script[Math.min(index, script.length - 1)] ?? 'S'] ?? 'Error';
      return Promise.resolve({
        treatment: { phase, value: '{}', error: phase === 'Error' ? 'boom' : null },
        tookMs: 0,
      });
    },
  });
  await advance(run, options.stopAtS, options.untilS ?? 3600);
  return { ...run.status, times };
}

function specOf(metrics: Readonly<Record<string, RawObject>>, dryRun: readonly string[]): RunSpec {
  const provider = { web: { url: 'http://x' } };
  const named = Object.entries(metrics).map(([name, metric]) => ({ name, provider, ...metric }));
  return { name: 'run', metrics: named, args: [], dryRun, retention: [] };
}

async function advance(run: AnalysisRun, stopAtS: number | undefined, untilS: number) {
  let now = 0;
  for (;;) {
    if (stopAtS !== undefined && now >= stopAtS * 1000) run.stop();
    let changed = true;
    while (changed) changed = await run.reconcile(now);
    const due = run.nextDueAt(now);
    const next =
      stopAtS !== undefined && now < stopAtS * 1000 ? Math.min(due ?? Infinity, stopAtS * 1000) : due;
    if (next === undefined || next <= now || next > untilS * 1000) return;
    now = next;
  }
}

const every = { interval: '60s' };

describe('limits are totals and trip when they are passed', () => {
  test.each([
    ['the first failure ends a metric by default', {}, 'F', 'Failed', 'failed (1) > failureLimit (0)'],
    [
      'a failureLimit of 2 stands two failures',
      { failureLimit: 2 },
      'FSFSF',
      'Failed',
      'failed (3) > failureLimit (2)',
    ],
    [
      'the first inconclusive ends it by default',
      {},
      'I',
      'Inconclusive',
      'inconclusive (1) > inconclusiveLimit (0)',
    ],
    [
      'the fifth error in a row ends it by default',
      {},
      'E',
      'Error',
      'consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: boom"',
    ],
  ])('%s', async (_, limits, script, phase, cause) => {
    const run = await play({ slo: { ...every, count: 20, ...limits } }, { slo: script });
    expect(run).toMatchObject({ phase, message: `Metric "slo" assessed ${phase} due to ${cause}` });
  });

  test('an error in between starts the count of consecutive errors again', async () => {
    const run = await play({ slo: { ...every, count: 2 } }, { slo: 'EEEESEEEES' });
    expect(run).toMatchObject({ phase: 'Successful', metrics: [{ error: 8, count: 2 }] });
  });
});

describe('time', () => {
  test('the first measurement comes at once, the next an interval after the previous finish', async () => {
    expect((await play({ slo: { ...every, count: 3 } }, {})).times).toEqual([0, 60, 120]);
  });

  test('an error is retried after 10 s whatever the interval and does not use up the count', async () => {
    expect((await play({ slo: { ...every, count: 3 } }, { slo: 'SEES' })).times).toEqual([
      0, 60, 70, 80, 140,
    ]);
  });

  test('initialDelay puts the first measurement off', async () => {
    expect((await play({ slo: { ...every, count: 2, initialDelay: '5m' } }, {})).times).toEqual([300, 360]);
  });

  test('count and interval both absent measure once', async () => {
    expect(await play({ slo: {} }, {})).toMatchObject({ phase: 'Successful', times: [0] });
  });

  test('an interval alone measures for ever and only the last ten are kept', async () => {
    const run = await play({ slo: every }, {}, { untilS: 1200 });
    expect(run).toMatchObject({ phase: 'Running', metrics: [{ count: 21 }] });
    expect(run.metrics[0]?.measurements).toHaveLength(10);
  });

  test('with consecutiveErrorLimit 200 the 201st refusal ends the run, after 33 minutes', async () => {
    const run = await play({ slo: { ...every, consecutiveErrorLimit: 200 } }, { slo: 'E' });
    expect(run).toMatchObject({ phase: 'Error', completedAt: 200 * 10_000, metrics: [{ error: 201 }] });
  });
});

describe('what a used-up count means', () => {
  const blind = { ...every, count: 3, inconclusiveLimit: 3 };

  test('inconclusives within their limit are a success: blind and promoted', async () => {
    expect(await play({ slo: blind }, { slo: 'I' })).toMatchObject({ phase: 'Successful' });
  });

  test('with consecutiveSuccessLimit they are inconclusive', async () => {
    expect(await play({ slo: { ...blind, consecutiveSuccessLimit: 1 } }, { slo: 'I' })).toMatchObject({
      phase: 'Inconclusive',
      message: '',
    });
  });

  test('consecutiveSuccessLimit reached ends the metric at once', async () => {
    const run = await play(
      { slo: { ...blind, count: 20, inconclusiveLimit: 20, consecutiveSuccessLimit: 2 } },
      { slo: 'ISISS' },
    );
    expect(run).toMatchObject({ phase: 'Successful', times: [0, 60, 120, 180, 240] });
  });

  test('with failures switched off an unproven metric fails', async () => {
    const metric = { ...blind, failureLimit: -1, consecutiveSuccessLimit: 1 };
    expect(await play({ slo: metric }, { slo: 'I' })).toMatchObject({ phase: 'Failed' });
  });
});

describe('several metrics', () => {
  test('one that ends badly terminates its siblings, and these become Successful', async () => {
    const run = await play({ bad: { ...every, count: 5 }, good: { ...every, count: 5 } }, { bad: 'F' });
    expect(run).toMatchObject({ phase: 'Failed', times: [0, 0] });
    expect(run.metrics.map(({ name, phase }) => [name, phase])).toEqual([
      ['bad', 'Failed'],
      ['good', 'Successful'],
    ]);
  });

  test.each([
    ['Failed is worse than Error', 'F', 'E', 'Failed'],
    ['Error is worse than Inconclusive', 'I', 'E', 'Error'],
    ['Inconclusive is worse than Successful', 'I', 'S', 'Inconclusive'],
  ])('%s', async (_, left, right, phase) => {
    const limit = { consecutiveErrorLimit: 0 };
    expect(await play({ a: limit, b: limit }, { a: left, b: right })).toMatchObject({ phase });
  });

  test('a metric in dry-run mode never decides', async () => {
    const run = await play({ a: { count: 1 }, b: { count: 1 } }, { b: 'F' }, { dryRun: ['b'] });
    expect(run).toMatchObject({ phase: 'Successful' });
    expect(run.metrics.find(({ name }) => name === 'b')).toMatchObject({ phase: 'Failed', isDryRun: true });
  });
});

describe('termination', () => {
  test('a running analysis without trouble ends Successful, inconclusives or not', async () => {
    const run = await play({ slo: { ...every, inconclusiveLimit: 100 } }, { slo: 'I' }, { stopAtS: 150 });
    expect(run).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  });

  test('what was never measured ends Successful too', async () => {
    const run = await play({ slo: { ...every, initialDelay: '5m' } }, {}, { stopAtS: 30 });
    expect(run).toMatchObject({ phase: 'Successful', times: [] });
  });
});

describe('a spec that Argo refuses ends as Error before any measurement', () => {
  test.each([
    [
      'count must cover failureLimit and consecutiveSuccessLimit',
      { ...every, count: 2, failureLimit: 2, consecutiveSuccessLimit: 1 },
      'count (2) must be >= failureLimit + consecutiveSuccessLimit (2 + 1) if both >= 0',
    ],
    [
      'count must cover inconclusiveLimit',
      { ...every, count: 2, inconclusiveLimit: 3 },
      'count must be >= inconclusiveLimit',
    ],
    ['count above one needs an interval', { count: 2 }, 'interval must be specified when count > 1'],
    [
      'a duration needs a unit',
      { ...every, initialDelay: '5' },
      'invalid startDelay string: time: missing unit in duration "5"',
    ],
  ])('%s', async (_, metric, problem) => {
    expect(await play({ slo: metric }, {})).toMatchObject({
      phase: 'Error',
      message: `Analysis spec invalid: metrics[0]: ${problem}`,
      times: [],
    });
  });
});

test('a Secret that is gone ends the run as Error at once, whatever the limits', async () => {
  const spec = specOf({ slo: { ...every, consecutiveErrorLimit: 200 } }, []);
  const args = [{ name: 'token', value: undefined, secret: { name: 'burngate', key: 'token' } }];
  const run = new AnalysisRun(
    { ...spec, args },
    { secrets: {}, measure: () => Promise.reject(new Error('not asked')) },
  );
  await run.reconcile(0);
  expect(run.status).toMatchObject({
    phase: 'Error',
    message: 'Unable to resolve metric arguments: secrets "burngate" not found',
  });
});
