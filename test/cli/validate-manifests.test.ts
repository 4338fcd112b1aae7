import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { burngate } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { sloYaml } from '../support/shop.ts';

const gate = readFileSync('analysis-templates/gate.yaml', 'utf8');
const rollout = readFileSync('analysis-templates/examples/checkout/rollout.yaml', 'utf8');
const blind = gate.replace(/^ +consecutiveSuccessLimit: 1\n/m, '');
const lineOf = (text: string, part: string): number =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

const GLOBAL = { 'burngate.io/scope': 'global' };
const counts = 'time,cohort,good,bad\n1709287200,canary,1,0\n1709287200,stable,1,0\n';
const slo = sloYaml({
  name: 'checkout-availability',
  path: 'counts.csv',
  service: 'checkout',
  annotations: GLOBAL,
});
const other = slo.replace('name: checkout-availability', 'name: checkout-latency');

describe('burngate validate, given manifests', () => {
  test('says of good ones how many there are, and ends with 0', async () => {
    const result = await burngate(['validate', 'analysis-templates']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/\n25 Rollouts and templates checked: 0 errors, 0 warnings, 6 notes\n$/);
  });

  test('names rule, severity, line, reason and correction, and ends with 78', async () => {
    const folder = folderWith({ 'gate.yaml': blind });
    const { code, stdout } = await burngate(['validate', folder]);
    expect(code).toBe(78);
    const line = String(lineOf(blind, "- name: '{{args.slo}}'"));
    expect(stdout).toContain(
      `${folder}/gate.yaml:${line}:7 error gate-unproven spec.metrics[0]: given no consecutiveSuccessLimit, which is 0, allowed 1\n`,
    );
    expect(stdout).toMatch(/\n {4}why: .*promoted\.\n {4}fix: consecutiveSuccessLimit: 1\n/);
    expect(stdout).toMatch(/\n1 Rollouts and templates checked: 1 errors, 0 warnings, 0 notes\n$/);
  });

  test('knows SLO names from files beside the manifests, and from --slos', async () => {
    const folder = folderWith({ 'rollout.yaml': rollout, 'slos/slo.yaml': other, 'slos/counts.csv': counts });
    const beside = await burngate(['validate', folder]);
    expect(beside).toMatchObject({ code: 78 });
    expect(beside.stdout).toContain('1 SLOs are valid: checkout-latency\n');
    expect(beside.stdout).toMatch(
      /error slo-unknown .*given checkout-availability, allowed .*checkout-latency/,
    );
    const right = folderWith({ 'slo.yaml': slo, 'counts.csv': counts });
    const elsewhere = await burngate(['validate', `${folder}/rollout.yaml`, '--slos', right]);
    expect(elsewhere).toMatchObject({ code: 0 });
  });

  test('reads rendered output from standard input, Lists and foreign kinds too', async () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'AnalysisTemplate',
          metadata: { name: 'a' },
          spec: { metrics: [{ name: 'a', provider: {}, intervall: '60s' }] },
        },
      ],
    });
    const { code, stdout } = await burngate(['validate', '-'], { stdin: `${gate}---\n${list}\n` });
    expect(code).toBe(78);
    expect(stdout).toMatch(/-:\d+:\d+ error schema items\[1\]|error schema spec\.metrics\[0\]\.intervall/);
    expect(stdout).toMatch(/2 Rollouts and templates checked: 2 errors/);
  });

  test('an unrendered Helm chart is not judged but named', async () => {
    const chart = folderWith({
      'templates/gate.yaml': `{{- if .Values.on }}\n${gate}{{- end }}\n`,
      'values.yaml': 'on: true\n',
    });
    const { code, stdout } = await burngate(['validate', chart]);
    expect(code).toBe(78);
    expect(stdout).toMatch(/templates\/gate\.yaml:\d+:\d+ error syntax/);
    expect(stdout).not.toContain('values.yaml');
  });

  test('--json is for machines', async () => {
    const { code, stdout } = await burngate(['validate', '-', '--json'], { stdin: blind });
    expect(code).toBe(78);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      manifests: 1,
      slos: [],
      problems: [],
      findings: [
        {
          rule: 'gate-unproven',
          severity: 'error',
          file: '-',
          object: 'ClusterAnalysisTemplate burngate-gate',
          path: 'spec.metrics[0]',
          fix: 'consecutiveSuccessLimit: 1',
        },
      ],
    });
  });

  test('--github marks the lines of a pull request', async () => {
    const { code, stdout } = await burngate(['validate', '-', '--github'], { stdin: blind });
    expect(code).toBe(78);
    const line = String(lineOf(blind, "- name: '{{args.slo}}'"));
    expect(stdout).toMatch(
      new RegExp(
        `^::error file=-,line=${line},col=7,title=gate-unproven::given no .*%0AconsecutiveSuccessLimit: 1\n$`,
      ),
    );
  });

  test('warnings end with 0, and with --strict with 78', async () => {
    const outside = gate.replace('burngate.burngate.svc.cluster.local:8080', 'burngate.example.com');
    const kind = await burngate(['validate', '-'], { stdin: outside });
    expect(kind).toMatchObject({ code: 0 });
    expect(kind.stdout).toContain('warning url-outside');
    expect(await burngate(['validate', '-', '--strict'], { stdin: outside })).toMatchObject({ code: 78 });
  });

  test('--argo-version tells of what an older Argo Rollouts lacks', async () => {
    const old = await burngate(['validate', '-', '--argo-version', 'v1.7.2'], { stdin: rollout });
    expect(old).toMatchObject({ code: 78 });
    expect(old.stdout).toContain('error argo-version');
    expect(await burngate(['validate', '-', '--argo-version', '1.9.1'], { stdin: rollout })).toMatchObject({
      code: 0,
    });
    const wrong = await burngate(['validate', '-', '--argo-version', 'new'], { stdin: rollout });
    expect(wrong).toMatchObject({ code: 64 });
  });

  test('a text cannot forge a second finding', async () => {
    const forged = gate.replace("jsonPath: '{$}'", 'jsonPath: "$\\n::error::forged\\nb.yaml:1:1 error x"');
    const { stdout } = await burngate(['validate', '-', '--github'], { stdin: forged });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const text = await burngate(['validate', '-'], { stdin: forged });
    expect(text.stdout).not.toMatch(/^b\.yaml/m);
  });
});

describe('burngate validate --access', () => {
  test('asks the provider of every SLO and says what it says', async () => {
    const folder = folderWith({ 'slo.yaml': slo, 'counts.csv': counts, 'lost/slo.yaml': other });
    const { code, stdout } = await burngate(['validate', folder, '--access']);
    expect(code).toBe(78);
    expect(stdout).toMatch(/\ncheckout-availability: recorded lets us in, /);
    expect(stdout).toMatch(/\ncheckout-latency: recorded does not let us in: .*; /);
    const good = await burngate(['validate', `${folder}/slo.yaml`, '--access', '--json']);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      access: [{ slo: 'checkout-availability', provider: 'recorded', ok: true }],
    });
  });
});
