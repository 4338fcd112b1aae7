import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combinedField, parseCombined } from './combined-line.ts';

const TIME = '[10/Oct/2000:13:55:36 -0700]';
const COMMON = `127.0.0.1 - frank ${TIME} "GET /apache_pb.gif HTTP/1.0" 200 2326`;
const COMBINED = `${COMMON} "http://example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"`;

function field(line: string, name: string): string | undefined {
  const cut = parseCombined(line);
  if (cut === null) throw new Error('not cut');
  return combinedField(name)(cut);
}

describe('a line of the common log format', () => {
  test('is cut as Apache documents it', () => {
    expect(parseCombined(COMMON)).toEqual({
      before: '127.0.0.1 - frank',
      time: '10/Oct/2000:13:55:36 -0700',
      request: 'GET /apache_pb.gif HTTP/1.0',
      status: '200',
      bytes: '2326',
      rest: '',
    });
  });

  test.each([
    ['IPv6', `2001:db8::1 - - ${TIME} "GET / HTTP/1.1" 200 1`, { before: '2001:db8::1 - -' }],
    ['no size', `- - - ${TIME} "GET / HTTP/1.1" 304 -`, { status: '304', bytes: '-' }],
    [
      'a virtual host in front',
      `shop:443 ::1 - - ${TIME} "GET / HTTP/1.1" 200 1`,
      { before: 'shop:443 ::1 - -' },
    ],
    [
      'a user with blanks and brackets',
      `::1 - a [b] c ${TIME} "GET / HTTP/1.1" 200 1`,
      { before: '::1 - a [b] c' },
    ],
    ['escaped quotes', `::1 - - ${TIME} "GET /\\"a\\" HTTP/1.1" 200 1`, { request: 'GET /\\"a\\" HTTP/1.1' }],
    ['an escaped backslash at the end', `::1 - - ${TIME} "GET /a\\\\" 200 1`, { request: 'GET /a\\\\' }],
    ['no protocol', `::1 - - ${TIME} "GET /" 200 1`, { request: 'GET /' }],
    ['no request', `::1 - - ${TIME} "" 400 0`, { request: '', status: '400' }],
    ['garbage for a request', `::1 - - ${TIME} "\\x16\\x03\\x01" 400 150`, { request: '\\x16\\x03\\x01' }],
    ['no status', `::1 - - ${TIME} "GET /" - 0`, { status: '-' }],
  ])('may have %s', (_, line, parts) => {
    expect(parseCombined(line)).toMatchObject(parts);
  });

  test.each([
    ['nothing', ''],
    ['no time', '::1 - - "GET / HTTP/1.1" 200 1'],
    ['an error log line', '2024/01/01 00:00:00 [error] 7#7: *1 open() failed'],
    ['a quote in the request that is not escaped', `::1 - - ${TIME} "GET /a"b HTTP/1.1" 200 1`],
    ['a request that is not ended', `::1 - - ${TIME} "GET / HTTP/1.1 200 1`],
    ['a status of four digits', `::1 - - ${TIME} "GET /" 2000 1`],
    ['no size', `::1 - - ${TIME} "GET /" 200`],
    ['a torn end', `::1 - - ${TIME} "GET /" 200 12x`],
  ])('with %s is not understood', (_, line) => {
    expect(parseCombined(line)).toBeNull();
  });

  test('cannot be forged by what a client sends, because servers escape quotes', () => {
    const forged = `::1 - x ${TIME} \\x22GET / HTTP/1.1\\x22 200 1 ${TIME} "GET /real HTTP/1.1" 500 1`;
    expect(parseCombined(forged)?.status).not.toBe('200');
  });
});

describe('a field', () => {
  const nginx = `${COMBINED} "203.0.113.9" 0.123 - [default-web-80] [] 10.0.0.1:80, 10.0.0.2:80 rt=0.125 uct="0.001" id=`;

  test.each([
    [COMMON, 'host', '127.0.0.1'],
    [COMMON, 'request', 'GET /apache_pb.gif HTTP/1.0'],
    [COMMON, 'method', 'GET'],
    [COMMON, 'path', '/apache_pb.gif'],
    [COMMON, 'protocol', 'HTTP/1.0'],
    [COMMON, 'status', '200'],
    [COMMON, 'bytes', '2326'],
    [COMMON, 'referer', undefined],
    [COMMON, 'userAgent', undefined],
    [COMMON, 'last', undefined],
    [`${COMMON} 0.005`, 'last', '0.005'],
    [`${COMMON} 0.005`, 'extra-1', '0.005'],
    [`${COMMON} 0.005`, 'extra-2', undefined],
    [COMBINED, 'referer', 'http://example.com/start.html'],
    [COMBINED, 'userAgent', 'Mozilla/4.08 [en] (Win98; I ;Nav)'],
    [COMBINED, 'extra-1', undefined],
    [`${COMBINED} 0.5`, 'last', '0.5'],
    [`${COMBINED} "-"`, 'last', undefined],
    [nginx, 'extra-1', '203.0.113.9'],
    [nginx, 'extra-2', '0.123'],
    [nginx, 'extra-3', undefined],
    [nginx, 'extra-4', 'default-web-80'],
    [nginx, 'extra-5', undefined],
    [nginx, 'extra-6', '10.0.0.1:80,'],
    [nginx, 'last', undefined],
    [nginx, 'last-1', '0.001'],
    [nginx, 'last-2', '0.125'],
    [nginx, 'rt', '0.125'],
    [nginx, 'uct', '0.001'],
    [nginx, 'id', undefined],
    [nginx, 'nothing', undefined],
    [nginx, '__proto__', undefined],
    [nginx, 'constructor', undefined],
    [`${COMBINED.slice(0, -1)} \\"x\\" \\\\"`, 'userAgent', 'Mozilla/4.08 [en] (Win98; I ;Nav) "x" \\'],
  ])('%#: %s -> %s', (line, name, value) => {
    expect(field(line, name)).toBe(value);
  });

  test('of any rest is found or not, without throwing', () => {
    const rest = fc.string({
      unit: fc.constantFrom('"', '[', ']', '\\', ' ', '=', 'a', '-', '1', ','),
      maxLength: 40,
    });
    fc.assert(
      fc.property(rest, fc.constantFrom('last', 'last-1', 'extra-1', 'a', 'referer'), (text, name) => {
        expect(typeof field(`${COMMON} ${text}`, name)).toMatch(/^(string|undefined)$/);
      }),
      { seed: 11 },
    );
  });

  test.each(['[a ', '"a ', '"\\" ', 'a=', 'a="b', '\\', '[', '"'])(
    'of a quarter of a megabyte of %j does not make the search long',
    (piece) => {
      const line = `${COMMON} ${piece.repeat(250_000 / piece.length)}`;
      expect(typeof field(line, 'last')).toMatch(/^(string|undefined)$/);
    },
  );
});
