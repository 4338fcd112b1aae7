import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, describePolicy, parsePolicy, resolvePolicy } from './policy.ts';
import { HOUR, MINUTE } from './units.ts';

test('the defaults are those of the documentation', () => {
  expect(DEFAULT_POLICY).toMatchObject({
    maxBurnRate: 1,
    margin: 1.5,
    alpha: 0.01,
    safeBurnRate: 2,
    beta: 0.05,
    minEvents: 50,
    minBadBuckets: 2,
    'breakdown.minBadBuckets': 3,
    warmup: 0,
    minCoverage: 0.8,
    onMissingStable: 'inconclusive',
    onSharedDegradation: 'inconclusive',
    sharedBurnRate: 6,
    onIdle: 'inconclusive',
    'breakdown.onHarm': 'fail',
    unprovenGate: 'inconclusive',
  });
  expect(DEFAULT_POLICY['breakdown.exclude']).toContain('/healthz');
});

describe('an override', () => {
  test.each([
    ['maxBurnRate', '2.5', 2.5],
    ['maxBurnRate', 2.5, 2.5],
    ['alpha', '1e-3', 0.001],
    ['minEvents', ' 100 ', 100],
    ['warmup', '3m', 3 * MINUTE],
    ['warmup', '1h', HOUR],
    ['onIdle', 'pass', 'pass'],
    ['breakdown.onHarm', 'report', 'report'],
    ['breakdown.exclude', '/a, /b ,', ['/a', '/b']],
    ['breakdown.exclude', ['/a'], ['/a']],
    ['breakdown.exclude', '', []],
    ['maxBurnRate', '+2', 2],
    ['maxBurnRate', '.25', 0.25],
    ['maxBurnRate', '12.', 12],
    ['maxBurnRate', '1E+02', 100],
    ['minEvents', '1e9', 1e9],
    ['maxBurnRate', 0.01, 0.01],
    ['maxBurnRate', 1000, 1000],
    ['breakdown.exclude', ['x'.repeat(200)], ['x'.repeat(200)]],
    ['breakdown.exclude', Array.from({ length: 100 }, String), Array.from({ length: 100 }, String)],
  ])('%s accepts %j', (name, given, value) => {
    expect(parsePolicy({ [name]: given })).toEqual({ ok: true, value: { [name]: value } });
  });

  test.each([
    ['maxBurnRate', '0'],
    ['maxBurnRate', ''],
    ['maxBurnRate', 'NaN'],
    ['maxBurnRate', Number.NaN],
    ['maxBurnRate', '1e999'],
    ['maxBurnRate', '0x10'],
    ['maxBurnRate', null],
    ['maxBurnRate', true],
    ['maxBurnRate', ['5']],
    ['maxBurnRate', '1000.1'],
    ['maxBurnRate', '.'],
    ['margin', '0.9'],
    ['alpha', '0.5'],
    ['alpha', '0'],
    ['minEvents', '1.5'],
    ['minBadBuckets', 0],
    ['warmup', '61m'],
    ['warmup', 180],
    ['warmup', '-1m'],
    ['onIdle', 'Pass'],
    ['onIdle', 'fail'],
    ['breakdown.onHarm', ''],
    ['breakdown.exclude', 5],
    ['breakdown.exclude', [5]],
    ['breakdown.exclude', ['x'.repeat(201)]],
    ['breakdown.exclude', Array.from({ length: 101 }, String)],
    ['unprovenGate', ['pass']],
  ])('%s refuses %j and says what is allowed', (name, given) => {
    const parsed = parsePolicy({ [name]: given });
    expect(parsed).toMatchObject({ ok: false, issues: [{ path: `policy.${name}` }] });
  });

  test('with an unknown name is refused with the list of known ones', () => {
    const allowed = Object.keys(DEFAULT_POLICY).join(', ');
    expect(allowed).toMatch(/^maxBurnRate, margin, alpha, .*, unprovenGate$/);
    const issue = { path: 'policy."maxBurn"', given: '1', allowed };
    expect(parsePolicy({ maxBurn: 1 })).toEqual({ ok: false, issues: [issue] });
  });

  test('is named by its place in the input, or alone where it has none', () => {
    const parsed = parsePolicy({ alpha: 2, nothing: 1 }, '');
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual(['alpha', '"nothing"']);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'named %s is unknown like any other',
    (name) => {
      const raw = JSON.parse(`{"${name}": {"maxBurnRate": 5}}`) as Record<string, unknown>;
      expect(parsePolicy(raw).ok).toBe(false);
      expect(DEFAULT_POLICY.maxBurnRate).toBe(1);
    },
  );

  test('all wrong ones are told at once', () => {
    const parsed = parsePolicy({ alpha: 2, margin: 'x', nothing: 1, onIdle: 'pass' });
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.path)).toEqual([
      'policy.alpha',
      'policy.margin',
      'policy."nothing"',
    ]);
  });

  test('whatever it is, gives a value inside the bounds or an issue', () => {
    const names = describePolicy().map(({ name }) => name);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.anything(), (name, given) => {
        const parsed = parsePolicy({ [name]: given });
        if (!parsed.ok) return parsed.issues.length > 0;
        return Object.values(parsed.value).every(
          (value) => typeof value !== 'number' || Number.isFinite(value),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('layers of a policy', () => {
  test('later ones win, and what none of them says is the default', () => {
    const resolved = resolvePolicy({ maxBurnRate: 2, margin: 2 }, { margin: 3 });
    expect(resolved).toMatchObject({ ok: true, value: { maxBurnRate: 2, margin: 3, alpha: 0.01 } });
  });

  test('judging without stable needs a burn rate at which nobody else can be guilty', () => {
    expect(resolvePolicy({ onMissingStable: 'absolute' })).toMatchObject({
      ok: false,
      issues: [
        {
          path: 'policy.maxBurnRate',
          given: '1',
          allowed:
            "at least 14.4 with onMissingStable=absolute: without stable beside it a smaller burn may be everybody's",
        },
      ],
    });
    expect(resolvePolicy({ onMissingStable: 'absolute' }, { maxBurnRate: 14.4 }).ok).toBe(true);
  });
});

test.each([
  ['maxBurnRate', '1', 'a number from 0.01 to 1000'],
  ['minEvents', '50', 'a whole number from 1 to 1000000000'],
  ['warmup', '0s', 'a duration from 0s to 1h'],
  ['breakdown.onHarm', 'fail', 'fail or inconclusive or report'],
  [
    'breakdown.exclude',
    '/healthz,/readyz,/livez,/health,/ready,/live,/ping,/metrics',
    'a list, or names separated by commas, at most 100',
  ],
])('%s is described as %s, %s', (name, fallback, allowed) => {
  expect(describePolicy()).toContainEqual({ name, fallback, allowed });
});

test('every field is described with its default, as it would be written', () => {
  const described = describePolicy();
  expect(described.map(({ name }) => name)).toEqual(Object.keys(DEFAULT_POLICY));
  for (const { name, fallback } of described) {
    expect(parsePolicy({ [name]: fallback })).toEqual({
      ok: true,
      value: { [name]: DEFAULT_POLICY[name as keyof typeof DEFAULT_POLICY] },
    });
  }
});
