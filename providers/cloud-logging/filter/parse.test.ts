import { describe, expect, test } from 'vitest';
import { parseFilter } from './parse.ts';
import { writeFilter } from './write.ts';

/** What a filter means, with every group in parentheses. */
const meaning = (text: string): string => writeFilter(parseFilter(text));

describe('a filter', () => {
  test.each([
    // The example of the documentation of the language.
    ['"a" OR NOT "b" AND NOT "c" OR "d"', '("a" OR (NOT "b")) AND ((NOT "c") OR "d")'],
    ['severity>=ERROR httpRequest.status=500', 'severity>=ERROR AND httpRequest.status=500'],
    ['severity=ERROR\n-- severity=INFO\ntextPayload:robot', 'severity=ERROR AND textPayload:robot'],
    ['-textPayload:robot', '(NOT textPayload:robot)'],
    ['resource.type = ("a" OR "b")', '(resource.type="a" OR resource.type="b")'],
    ['jsonPayload.cat:(a AND NOT b)', 'jsonPayload.cat:a AND (NOT jsonPayload.cat:b)'],
    ['labels."k8s-pod/app"="x"', 'labels."k8s-pod/app"="x"'],
    ['operation:*', 'operation:*'],
    ['log_id("stdout") AND unicorn', 'log_id("stdout") AND "unicorn"'],
    [String.raw`jsonPayload.path=~"^/v1/\"x\\d+"`, String.raw`jsonPayload.path=~"^/v1/\"x\\d+"`],
    [String.raw`textPayload="\u0041\x41"`, 'textPayload="Ax41"'],
    ['jsonPayload.delta>-5', 'jsonPayload.delta>-5'],
    ['(((severity=ERROR)))', 'severity=ERROR'],
  ])('%j means %j', (text, expected) => {
    expect(meaning(text)).toBe(expected);
    expect(meaning(meaning(text))).toBe(expected);
  });

  test.each([
    ['', 'a field'],
    ['severity=', 'a value'],
    ['severity=ERROR)', 'AND, OR or the end'],
    ['(severity=ERROR', 'closing parenthesis'],
    ['"abc', 'closing quote'],
    ['a=b:c', ''],
    ['OR severity=ERROR', 'something else than OR'],
    ['severity=ERROR OR', 'a field'],
    ['severity=OR', 'a value'],
    ["textPayload='x'", 'a value'],
    ['sample(insertId, 0.01)', 'a sample would be counted'],
    ['ip_in_net(httpRequest.remoteIp, "10.0.0.0/8")', 'not known here'],
    ['"a" = "b"', 'not quoted as a whole'],
    [`${'('.repeat(60)}severity=ERROR${')'.repeat(60)}`, 'nested too deeply'],
    ['x'.repeat(20_001), 'longer than'],
    [String.raw`textPayload="\u12"`, 'hexadecimal'],
  ])('%j is refused', (text, why) => {
    expect(() => parseFilter(text)).toThrow(why);
  });
});
