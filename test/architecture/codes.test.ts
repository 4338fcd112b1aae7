import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const UNIONS = ['ObstacleCode', 'JudgementCode', 'RequestCode', 'PreflightCode', 'ProviderFault'];

/** The string members of the unions that make up ReasonCode, read from their source. */
function declaredCodes(): Set<string> {
  const sources = ['src/core/codes.ts', 'src/core/errors.ts']
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const unions = UNIONS.map((name) => {
    const [, body] =
      new RegExp(`export type ${name} =([\\s\\S]*?);`).exec(sources.replaceAll(/\/\/[^\n]*/g, '')) ?? [];
    if (body === undefined) throw new Error(`no union ${name}`);
    return body;
  });
  return new Set(unions.flatMap((body) => [...body.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '')));
}

function documentedCodes(): Set<string> {
  return new Set(
    [...readFileSync('docs/codes.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code ?? ''),
  );
}

test('every reason code is documented, and nothing is documented that is no code', () => {
  expect([...documentedCodes()].toSorted((a, b) => a.localeCompare(b))).toEqual(
    [...declaredCodes()].toSorted((a, b) => a.localeCompare(b)),
  );
  expect(declaredCodes().size).toBeGreaterThan(30);
});
