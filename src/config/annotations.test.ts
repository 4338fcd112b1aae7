import { afterEach, describe, expect, test } from 'vitest';
import type { Slo } from '../core/slo.ts';
import { HOUR, MINUTE } from '../core/units.ts';
import { PROMETHEUS, checkoutWith, slosFolder } from './fixtures/slo-folder.ts';
import { loadSlos, type LoadedSlos } from './load-slos.ts';

const made: (() => void)[] = [];
afterEach(() => made.splice(0).forEach((remove) => remove()));

/** The SLO of the fixture with these lines among its annotations; they begin at line 10. */
async function load(...lines: readonly string[]): Promise<LoadedSlos> {
  const text = checkoutWith('openslo.com/service-folder: ./my/directory', lines.join('\n    '));
  const { dir, remove } = slosFolder({ 'slo.yaml': text });
  made.push(remove);
  return loadSlos(dir, PROMETHEUS);
}

async function loadOne(...lines: readonly string[]): Promise<Slo> {
  const loaded = await load(...lines);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [slo] = loaded.slos;
  if (slo === undefined) throw new Error('nothing loaded');
  return slo;
}

describe('annotations of Burngate', () => {
  test.each([
    [
      'burngate.io/policy: "{margin: 2, breakdown.onHarm: report}"',
      { policy: { margin: 2, 'breakdown.onHarm': 'report' } },
    ],
    [`burngate.io/policy: '{"margin": "2", "warmup": "3m"}'`, { policy: { margin: 2, warmup: 3 * MINUTE } }],
    ['burngate.io/policy.margin: "1.25"', { policy: { margin: 1.25 } }],
    ['burngate.io/policy.breakdown.exclude: "/a, /b"', { policy: { 'breakdown.exclude': ['/a', '/b'] } }],
    [
      'burngate.io/cohort: "{label: version, value: \'v-${hash}\', match: suffix}"',
      { cohort: { label: 'version', value: 'v-${hash}', match: 'suffix' } },
    ],
    [
      'burngate.io/cohort: "{label: replica_set}"',
      { cohort: { label: 'replica_set', value: '${hash}', match: 'exact' } },
    ],
    ['burngate.io/breakdown: endpoint', { breakdown: 'endpoint' }],
    ['burngate.io/required: "false"', { required: false }],
    ['burngate.io/scope: global', { scope: 'global' }],
    ['burngate.io/settling-lag: 4m', { settlingLag: 4 * MINUTE }],
    ['burngate.io/settling-lag: 0s', { settlingLag: 0 }],
    ['burngate.io/pod-label: pod', { podLabel: 'pod' }],
    ['burngate.io/bucket: 5m', { bucketMs: 5 * MINUTE }],
    ['burngate.io/bucket: 30s', { bucketMs: MINUTE / 2 }],
    ['burngate.io/bucket: 1h', { bucketMs: HOUR }],
  ])('%s is taken', async (line, expected) => {
    const slo = await loadOne(line);
    expect(slo).toMatchObject(expected);
  });

  test('maintenance is a list in YAML or JSON, or separated by commas or spaces', async () => {
    const first = '2026-05-01T22:00:00Z/2026-05-02T02:00:00Z';
    const second = '2026-06-01T22:00:00+02:00/2026-06-01T23:00:00+02:00';
    const expected = [
      { start: Date.UTC(2026, 4, 1, 22), end: Date.UTC(2026, 4, 2, 2) },
      { start: Date.UTC(2026, 5, 1, 20), end: Date.UTC(2026, 5, 1, 21) },
    ];
    const forms = [
      [`burngate.io/maintenance: '["${first}", "${second}"]'`],
      [`burngate.io/maintenance: "${first}, ${second}"`],
      ['burngate.io/maintenance: |', `  - ${first}`, `  - ${second}`],
      ['burngate.io/maintenance: |', `  ${first}`, `  ${second}`],
    ];
    for (const lines of forms) {
      const slo = await loadOne(...lines);
      expect(slo.maintenance).toEqual(expected);
    }
  });

  test('policy fields may be spread over the mapping and annotations of their own', async () => {
    const slo = await loadOne('burngate.io/policy: "{margin: 2}"', 'burngate.io/policy.alpha: "0.001"');
    expect(slo.policy).toEqual({ margin: 2, alpha: 0.001 });
  });

  test('a value that is no text is taken, with a warning that other tools refuse it', async () => {
    const loaded = await load(
      'burngate.io/required: false',
      'burngate.io/cohort: {label: version, match: suffix}',
      'burngate.io/policy: {margin: 2}',
    );
    expect(loaded.ok && loaded.slos).toMatchObject([
      { required: false, cohort: { label: 'version' }, policy: { margin: 2 } },
    ]);
    expect(loaded.warnings.map(({ line, message }) => [line, message.slice(0, 31)])).toEqual([
      [12, 'is not a text, as OpenSLO asks '],
      [11, 'is not a text, as OpenSLO asks '],
      [10, 'is not a text, as OpenSLO asks '],
    ]);
  });

  test.each([
    [
      'burngate.io/buckets: 1m',
      '',
      'the unknown annotation "burngate.io/buckets"',
      'burngate.io/bucket? (one of burngate.io/policy, burngate.io/policy.<field>, burngate.io/cohort',
    ],
    ['burngate.io/policy.margn: "1"', '', '"1"', 'maxBurnRate, margin'],
    ['burngate.io/policy.margin: wide', '', '"wide"', 'a number from 1 to 10'],
    ['burngate.io/policy: "{alpha: 0.5}"', '.alpha', '0.5', 'a number from 1e-9 to 0.1'],
    ['burngate.io/policy: wide', '', '"wide"', 'a mapping of policy fields'],
    ['burngate.io/policy: "{margin: [}"', '', 'text that does not parse', 'a mapping of policy fields'],
    ['burngate.io/policy: ""', '', 'nothing', 'a mapping of policy fields'],
    ['burngate.io/cohort: "{label: x, value: canary}"', '.value', '"canary"', '${hash}'],
    [
      'burngate.io/cohort: "{value: \'${hash}-${role}\'}"',
      '.value',
      '"${hash}-${role}"',
      'no placeholders but ${hash} and ${rollout}',
    ],
    [
      'burngate.io/cohort: "{value: \'${hash}-${rollout\'}"',
      '.value',
      '"${hash}-${rollout"',
      'no placeholders but',
    ],
    ['burngate.io/cohort: "{lable: x}"', '.lable', 'the unknown key lable', 'label?'],
    ['burngate.io/cohort: "{match: contains}"', '.match', '"contains"', 'exact, prefix or suffix'],
    ['burngate.io/breakdown: ""', '', 'an empty text', 'the name of a label'],
    ['burngate.io/breakdown: [a]', '', 'a list of 1', 'the name of a label'],
    ['burngate.io/required: "no"', '', '"no"', '"true" or "false"'],
    ['burngate.io/scope: cluster', '', '"cluster"', '"rollout" or "global"'],
    ['burngate.io/settling-lag: 24h', '', '"24h"', 'shorter than the look-back'],
    ['burngate.io/bucket: 7m', '', '"7m"', 'divides an hour'],
    ['burngate.io/bucket: 2h', '', '"2h"', 'divides an hour'],
    ['burngate.io/bucket: "0"', '', '"0"', 'divides an hour'],
    ['burngate.io/bucket: 500ms', '', '"500ms"', 'divides an hour'],
    ['burngate.io/bucket: 60', '', '"60"', 'divides an hour'],
    ['burngate.io/maintenance: "2026-05-01"', '[0]', '"2026-05-01"', 'start/end in RFC 3339'],
    ['burngate.io/maintenance: "[7]"', '[0]', '"7"', 'start/end in RFC 3339'],
    ['burngate.io/maintenance: "{a: 1}"', '[0]', '"null"', 'start/end in RFC 3339'],
  ])('%s is refused at its place', async (line, inside, given, allowed) => {
    const loaded = await load(line);
    const key = line.slice(0, line.indexOf(': '));
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => [problem.line, problem.path])).toEqual([
      [10, `metadata.annotations["${key}"]${inside}`],
    ]);
    expect(problems[0]?.given).toContain(given);
    expect(problems[0]?.allowed).toContain(allowed);
  });

  test('a policy field is given once', async () => {
    const loaded = await load('burngate.io/policy: "{margin: 2}"', 'burngate.io/policy.margin: "3"');
    expect(loaded.ok ? [] : loaded.problems.map(({ given }) => given)).toEqual([
      'margin here and in burngate.io/policy',
    ]);
  });

  test('fields that are right alone may contradict each other', async () => {
    const loaded = await load('burngate.io/policy.onMissingStable: absolute');
    expect(loaded.ok ? [] : loaded.problems.map(({ path, given }) => [path, given])).toEqual([
      ['metadata.annotations', 'policy.maxBurnRate 1'],
    ]);
  });

  test('annotations of others are theirs, whatever they hold', async () => {
    const slo = await loadOne('example.com/bucket: {a: [1, 2]}', 'bucket: 7m');
    expect(slo.bucketMs).toBe(MINUTE);
  });
});
