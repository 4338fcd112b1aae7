import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTokens } from './tokens.ts';

const A = 'a1b2c3d4e5f6a7b8c9d0';
const B = 'ZZZZ-yyyy.xxxx_wwww~vv==';

describe('token files', () => {
  test('hold one token a line, with or without a name, among comments and empty lines', () => {
    const text = `\uFEFF# who may call\r\n\r\nargo: ${A}\r\n  ${B}  \r\n#${A}\r\n`;
    expect(parseTokens(text)).toEqual({
      ok: true,
      value: [
        { name: 'argo', token: A },
        { name: 'line-4', token: B },
      ],
    });
  });

  test.each([
    ['an empty file, with which nobody could call', '# nothing yet\n', '', 'no token'],
    ['a token that can be guessed', 'argo:short', 'line 1', 'a token of 5 characters'],
    [
      'a token that no header carries',
      `\nargo:${A} ${A}`,
      'line 2',
      'a token with characters that a header cannot carry',
    ],
    ['a name that is none', `ar go:${A}`, 'line 1', 'a name that is none'],
    ['a token twice', `x:${A}\ny:${A}`, 'line 2', 'the token of line 1'],
  ])('%s is refused', (_, text, path, given) => {
    const parsed = parseTokens(text);
    expect(parsed.ok ? [] : parsed.issues.map((issue) => [issue.path, issue.given])).toEqual([[path, given]]);
  });

  test('a name may have two, so that a token is changed without a gap', () => {
    expect(parseTokens(`x:${A}\nx:${B}`)).toMatchObject({
      ok: true,
      value: [
        { name: 'x', token: A },
        { name: 'x', token: B },
      ],
    });
  });

  test('all issues come at once', () => {
    const parsed = parseTokens(`a:short\nb:${A}\nc:${A}\n`);
    expect(parsed.ok ? [] : parsed.issues.map(({ path }) => path)).toEqual(['line 1', 'line 3']);
  });

  test('no issue shows a token', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9!é ]{8,40}$/);
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.boolean(), (tokens, named) => {
        const lines = [...tokens, ...tokens].map((token) => (named ? `same:${token}` : token));
        const parsed = parseTokens(lines.join('\n'));
        const said = parsed.ok ? '' : JSON.stringify(parsed.issues);
        expect(
          tokens.map((token) => token.trim()).filter((token) => token !== '' && said.includes(token)),
        ).toEqual([]);
      }),
      { seed: 1 },
    );
  });
});
