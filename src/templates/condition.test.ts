import { describe, expect, test } from 'vitest';
import { holdsFor } from './condition.ts';
import { readJsonPath } from './json-path.ts';

const whole = (answer: unknown): unknown => answer;

describe('for which verdicts a condition holds', () => {
  test.each([
    ['result.verdict == "pass"', ['pass']],
    ["result.verdict == 'fail'", ['fail']],
    ['result["verdict"] == "pass"', ['pass']],
    ['result?.verdict == "pass"', ['pass']],
    ['"pass" == result.verdict', ['pass']],
    ['result.verdict in ["pass"]', ['pass']],
    ['result.verdict not in ["fail", "inconclusive"]', ['pass']],
    ['!(result.verdict != "pass")', ['pass']],
    ['not (result.verdict == "fail") and result.verdict != "inconclusive"', ['pass']],
    ['result.verdict == "fail" || result.burn.canary > 100', ['fail']],
    ['result.summary[1] == "pass" && len(result.summary) == 3', ['pass']],
    ['result.verdict != "fail"', ['pass', 'inconclusive']],
    ['true', ['pass', 'fail', 'inconclusive']],
    ['result.verdit == "pass"', []],
    ['result == "pass"', []],
    ['result.code == "no-harm"', []],
  ])('%s: %j', (condition, verdicts) => {
    expect(holdsFor(condition, whole)).toEqual(verdicts);
  });

  test.each([
    'result.verdict',
    'result.verdict < 5',
    'result.verdict.deep == 1',
    '!result.verdict',
    'len(result.burn.canary) > 1',
  ])('%s is an Error', (condition) => {
    expect(holdsFor(condition, whole)).toBe('error');
  });

  test.each([
    'asFloat(result) > 1',
    'result.verdict == pass',
    'result.verdict = "pass"',
    'result.verdict == "pass" x',
    '',
    '(',
    'result[x]',
  ])('%s is not read', (condition) => {
    expect(holdsFor(condition, whole)).toBe('unread');
  });
});

describe('jsonPath', () => {
  test.each([
    ['{$}', { a: [1, 2] }],
    ['{.}', { a: [1, 2] }],
    ['', { a: [1, 2] }],
    ['{$.a}', [1, 2]],
    ['{.a[1]}', 2],
    ["{$['a'][0]}", 1],
    ['{$.b.c}', undefined],
  ])('%s picks %j', (text, value) => {
    const path = readJsonPath(text);
    expect(path.kind === 'path' ? path.pick({ a: [1, 2] }) : path).toEqual(value);
  });

  test.each([
    ['$', 'no-braces'],
    ['$.verdict', 'no-braces'],
    ['{$..verdict}', 'unread'],
    ['{range .items[*]}', 'unread'],
    ['{$.a} and {$.b}', 'unread'],
  ])('%s is %s', (text, kind) => {
    expect(readJsonPath(text).kind).toBe(kind);
  });
});
