import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { answerOf, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP) });
const REQUEST = JSON.stringify(GOOD);
const GZIP = { 'Content-Encoding': 'gzip' };

/** The good request with a raw piece of JSON in place of a field. */
function withField(name: string, json: string): string {
  return JSON.stringify({ ...GOOD, [name]: '@' }).replace('"@"', () => json);
}

type Case = readonly [name: string, body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>];

const CASES: readonly Case[] = [
  ['no body', ''],
  ['blanks', ' \n\t '],
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '42'],
  ['a text', '"search"'],
  ['an empty list', '[]'],
  ['a list of requests', `[${REQUEST}]`],
  ['an empty object', '{}'],
  ['NaN', 'NaN'],
  ['half an object', REQUEST.slice(0, -1)],
  ['an object and more', `${REQUEST}${REQUEST}`],
  ['an object and a line', `${REQUEST}\nx`],
  ['single quotes', "{'slo':'search'}"],
  ['a form', 'slo=search&canary=canary&stable=stable'],
  ['XML', '<slo>search</slo>'],
  ['a comment', `${REQUEST}// yes`],
  ['10 MB of blanks', ' '.repeat(10_000_000)],
  ['10 MB of zeros', new Uint8Array(10_000_000)],
  ['10 MB of JSON', `{"slo":"${'x'.repeat(10_000_000)}"}`],
  ['100,000 brackets', '['.repeat(100_000)],
  ['100,000 brackets and back', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['60,000 brackets', '['.repeat(60_000)],
  ['nesting of 30,000 lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['nesting of 10,000 objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['a deep slo', withField('slo', `${'['.repeat(30_000)}${']'.repeat(30_000)}`)],
  ['a deep policy', withField('policy', `${'{"alpha":'.repeat(6000)}1${'}'.repeat(6000)}`)],
  ['a deep policy field', withField('policy', `{"alpha":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)],
  ['10,000 unknown fields', `{${Array.from({ length: 5000 }, (_, i) => `"f${String(i)}":1`).join(',')}}`],
  ['an empty canary', withField('canary', '""')],
  ['an empty stable', withField('stable', '""')],
  ['a canary of blanks', withField('canary', '"  "')],
  ['canary equal to stable', withField('canary', '"stable"')],
  ['the hash overwritten with nothing', `${REQUEST.slice(0, -1)},"canary":""}`],
  ['an unknown SLO', withField('slo', '"nobody"')],
  ['an object for a text', withField('slo', '{"toString":"search"}')],
  ['a list for a text', withField('canary', '["canary"]')],
  ['a boolean for a text', withField('mode', 'true')],
  ['an enormous number', withField('weight', '1e999')],
  ['a number with 10,000 digits', withField('weight', '9'.repeat(10_000))],
  ['a negative number', withField('weight', '-1')],
  ['__proto__', '{"__proto__":{"slo":"search","canary":"canary","stable":"stable"}}'],
  ['__proto__ beside the rest', `${REQUEST.slice(0, -1)},"__proto__":{"verdict":"pass"}}`],
  ['__proto__ in the policy', withField('policy', '{"__proto__":{"alpha":0.1}}')],
  ['constructor', `${REQUEST.slice(0, -1)},"constructor":{"prototype":{"verdict":"pass"}}}`],
  ['toString', `${REQUEST.slice(0, -1)},"toString":1,"hasOwnProperty":1,"then":1}`],
  ['an SLO called __proto__', withField('slo', '"__proto__"')],
  ['a service called constructor', withField('slo', '"service:constructor"')],
  ['a mode called toString', withField('mode', '"toString"')],
  ['control characters', withField('slo', '"\\u0000\\u001b[2J\\r\\n{\\"verdict\\":\\"pass\\"}"')],
  ['raw control characters', withField('slo', '"\u0001\u001b"')],
  ['line separators', withField('slo', '"\\u2028\\u2029\\u202e"')],
  ['halves of surrogate pairs', withField('slo', '"\\ud83d\\ude00\\ud83d"')],
  ['HTML', withField('slo', '"<script>alert(1)</script>&amp;"')],
  ['a very long name', withField('slo', `"${'a'.repeat(60_000)}"`)],
  ['many names', withField('slo', `"${'search,'.repeat(5000)}search"`)],
  ['100 commas', withField('slo', `"${','.repeat(100)}"`)],
  ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['UTF-8 cut in the middle', new Uint8Array(Buffer.from('{"slo":"€"}').subarray(0, 9))],
  ['overlong UTF-8', new Uint8Array([0x22, 0xc0, 0x80, 0x22])],
  ['UTF-16', new Uint8Array(Buffer.from(REQUEST, 'utf16le'))],
  ['bytes', Uint8Array.from({ length: 4096 }, (_, index) => (index * 167) % 256)],
  ['gzip that is none', REQUEST, GZIP],
  ['gzip of garbage', new Uint8Array(gzipSync('garbage')), GZIP],
  ['half of a gzip', new Uint8Array(gzipSync(REQUEST).subarray(0, 40)), GZIP],
  ['a gzip with a wrong checksum', brokenGzip(), GZIP],
  ['a gzip bomb', new Uint8Array(gzipSync(Buffer.alloc(50_000_000))), GZIP],
  [
    'a deflate bomb',
    new Uint8Array(deflateSync(Buffer.alloc(50_000_000))),
    { 'Content-Encoding': 'deflate' },
  ],
  [
    'a brotli bomb',
    new Uint8Array(brotliCompressSync(Buffer.alloc(50_000_000))),
    { 'Content-Encoding': 'br' },
  ],
  ['an empty gzip', '', GZIP],
  ['an encoding nobody knows', REQUEST, { 'Content-Encoding': 'lzma' }],
  ['a chain of encodings', REQUEST, { 'Content-Encoding': 'gzip, gzip' }],
  ['a charset nobody knows', '', { 'Content-Type': 'application/json; charset=klingon' }],
  ['a broken Content-Type', '{', { 'Content-Type': ';;;' }],
];

const GARBAGE = CASES.map(([name, body, headers]) => ({ name, body, headers }));

function brokenGzip(): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(gzipSync(REQUEST));
  packed[packed.length - 6] = (packed.at(-6) ?? 0) ^ 0xff;
  return packed;
}

describe('garbage at POST /v1/analysis', () => {
  test.each(GARBAGE)(
    '$name: inconclusive for good, and the next answer is the same as before',
    async ({ body, headers }) => {
      const before = await post(service(), REQUEST);
      const answer = answerOf(await post(service(), body, headers));
      expect(answer).toMatchObject({ verdict: 'inconclusive', code: 'invalid-request', permanent: true });
      expect(answer.reason.length).toBeGreaterThan(20);
      const after = await post(service(), REQUEST);
      expect(after.text).toBe(before.text);
    },
  );

  test.each(GARBAGE)('$name: a 4xx for those who want real status codes', async ({ body, headers }) => {
    const reply = await post(service(), body, { ...headers, 'X-Burngate-Strict': '1' });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'invalid-request' });
  });

  test('what is packed properly is understood', async () => {
    const plain = await post(service(), REQUEST);
    const packed: readonly (readonly [string, Buffer])[] = [
      ['gzip', gzipSync(REQUEST)],
      ['deflate', deflateSync(REQUEST)],
      ['br', brotliCompressSync(REQUEST)],
    ];
    for (const [encoding, body] of packed) {
      const reply = await post(service(), new Uint8Array(body), { 'Content-Encoding': encoding });
      expect(reply.text).toBe(plain.text);
    }
  });

  test('a byte order mark is no part of the request', async () => {
    const plain = await post(service(), REQUEST);
    expect((await post(service(), `\ufeff${REQUEST}`)).text).toBe(plain.text);
  });

  // The last one, so that all of the above lies behind it.
  test('left no fault in the log and nothing on stdout', () => {
    const faults = service()
      .logs()
      .filter(({ level }) => Number(level) >= 50);
    expect(faults).toEqual([]);
    expect(service().stdout()).toBe(`listening ${service().url}\n`);
  });
});
