import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { AT, SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP), flags: ['--log-level', 'error'] });
const REQUEST = JSON.stringify(GOOD);
const SEED = 20260301;
const BATCH = 20;
const BATCHES = 250;

interface Sent {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const FIELDS = [
  'slo',
  'canary',
  'stable',
  'mode',
  'minWindow',
  'start',
  'namespace',
  'cluster',
  'at',
  'weight',
  'rollout',
  'revision',
  'policy',
];
const NASTY = [
  '__proto__',
  'constructor',
  '',
  ' ',
  '\0',
  '\u2028',
  '\ud800',
  '-1',
  '1e999',
  'NaN',
  'service:',
  'service:shop',
  'search,',
  'watch',
  'gate',
  'preflight',
  '0s',
  '9999999w',
  AT,
  '9999-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '100%',
  '<&>',
];
const POLICY = ['alpha', 'margin', 'warmup', 'breakdown.exclude', 'onIdle', 'minEvents', '__proto__', 'x'];

const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 100 }), fc.string());
const value = fc.oneof(text, text, fc.jsonValue(), fc.double(), fc.bigInt().map(String));
const policy = fc.dictionary(fc.oneof(fc.constantFrom(...POLICY), text), value, { noNullPrototype: true });

/** A request in which some fields are wild. */
const wildFields = fc
  .dictionary(
    fc.oneof({ arbitrary: fc.constantFrom(...FIELDS), weight: 5 }, { arbitrary: text, weight: 1 }),
    value,
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  )
  .map((fields) => JSON.stringify({ ...GOOD, ...fields }));
const wildPolicy = policy.map((fields) => JSON.stringify({ ...GOOD, policy: fields }));
const anyJson = fc.json({ maxDepth: 6 });
const bytes = fc.uint8Array({ maxLength: 300 });
/** The good request with one byte changed, left out, or everything behind it gone. */
const damaged = fc
  .tuple(fc.nat({ max: REQUEST.length - 1 }), fc.nat({ max: 255 }), fc.constantFrom('set', 'drop', 'cut'))
  .map(([at, byte, how]) => {
    const whole = Buffer.from(REQUEST);
    switch (how) {
      case 'set':
        whole[at] = byte;
        return whole;
      case 'drop':
        return Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
      case 'cut':
        return whole.subarray(0, at);
    }
  });

const sent: fc.Arbitrary<Sent> = fc.record({
  body: fc
    .oneof(wildFields, wildFields, wildPolicy, anyJson, bytes, damaged)
    .map((body) => new Uint8Array(Buffer.from(body))),
  headers: fc.oneof(
    { arbitrary: fc.constant({}), weight: 8 },
    {
      arbitrary: fc.constantFrom<Record<string, string>>(
        { 'Content-Type': 'application/json' },
        { 'Content-Type': 'text/html; charset=x' },
        { 'Content-Encoding': 'gzip' },
        { 'Content-Encoding': 'deflate' },
        { 'Content-Encoding': 'br' },
        { Authorization: 'Bearer nobody' },
      ),
      weight: 1,
    },
  ),
});

describe('5,000 random bodies', () => {
  test('each gets one complete JSON object, and none changes the next answer', async () => {
    const expected = (await post(service(), REQUEST)).text;
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
        const replies = await Promise.all(
          batch.map(async ({ body, headers }) => post(service(), body, headers)),
        );
        for (const reply of replies) answerOf(reply);
        expect((await post(service(), REQUEST)).text).toBe(expected);
      }),
      { seed: SEED, numRuns: BATCHES },
    );
    // "internal" is logged as a fault: whatever came in was foreseen.
    expect(service().stderr()).toBe('');
  }, 120_000);
});
