import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/templates/rules.ts';
import { check, rulesIn, TEMPLATES } from './check.ts';

const GUIDES = join(import.meta.dirname, '../../docs/guides');
const guide = readFileSync(join(GUIDES, 'argo.md'), 'utf8');

test('every rule of validate is documented, and no other', async () => {
  const rows = Object.entries(RULES).map(([id, { severity, why }]) => `| \`${id}\` | ${severity} | ${why} |`);
  const text = `# Rules of \`burngate validate\` for AnalysisTemplates and Rollouts

An error is what Argo refuses, or what can decide a release wrongly; a warning can surprise; a note is a hazard that
belongs to the choice. Errors end with exit code 78, warnings too with \`--strict\`. Made by \`test/templates/docs.test.ts\`.

| rule | severity | why |
|---|---|---|
${rows.join('\n')}
`;
  await expect(text).toMatchFileSnapshot(join(GUIDES, 'argo-rules.md'));
});

test.each(['argo.md', 'argo-for-developers.md', 'argo-matrix.md'])(
  '%s links only to what is there',
  (file) => {
    const links = [...readFileSync(join(GUIDES, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)];
    const missing = links
      .map(([, link = '']) => join(GUIDES, dirname(file), link))
      .filter((path) => !existsSync(path));
    expect(missing).toEqual([]);
  },
);

describe('the guide', () => {
  test.each(['preflight', 'watch', 'gate', 'bake', 'blue-green', 'onboarding', 'saturation'])(
    'names burngate-%s',
    (name) => {
      expect(guide).toContain(`\`burngate-${name}\``);
    },
  );

  test('its variant for the dashboard is right', () => {
    const [path, pass, fail] = ['jsonPath', 'successCondition', 'failureCondition'].map(
      (key) => new RegExp(`^${key}: (.*)$`, 'm').exec(guide)?.[1] ?? '',
    );
    const gate = readFileSync(join(TEMPLATES, 'gate.yaml'), 'utf8');
    const variant = gate
      .replace("jsonPath: '{$}'", `jsonPath: ${String(path)}`)
      .replace(/successCondition: .*/, `successCondition: ${String(pass)}`)
      .replace(/failureCondition: .*/, `failureCondition: ${String(fail)}`);
    expect(variant).toContain('{$.summary}');
    expect(check(variant)).toEqual([]);
    expect(rulesIn(check(variant.replace('result[1] == "pass"', 'result[0] == "pass"')))).toEqual([
      'condition-pass',
    ]);
  });
});
