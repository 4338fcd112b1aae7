import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { manifestsOf } from '../../src/cli/validate-input.ts';
import { readLibrary } from '../../src/cli/validate-library.ts';
import { checkManifests } from '../../src/templates/check-manifests.ts';
import type { KnownSlos } from '../../src/templates/check-use.ts';
import type { Finding } from '../../src/templates/finding.ts';

export const TEMPLATES = join(import.meta.dirname, '../../analysis-templates');
export const LIBRARY = [
  'preflight',
  'watch',
  'gate',
  'bake',
  'blue-green',
  'onboarding',
  'saturation',
] as const;
export const EXAMPLES = ['checkout', 'service', 'mix', 'onboarding', 'blue-green'] as const;

const library = await readLibrary();

/** Findings in a text of YAML documents; templates of the library are known. */
export function check(
  text: string,
  slos?: KnownSlos,
  argo?: readonly [number, number, number],
): readonly Finding[] {
  return checkManifests({ given: manifestsOf([{ file: 'a.yaml', text }]), library, slos, argo });
}

/** The findings that decide about an exit code, as `rule at path`. */
export function rulesIn(findings: readonly Finding[]): string[] {
  return findings.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule);
}

export interface Arg {
  name: string;
  value?: unknown;
  defualt?: string;
  valueFrom?: { podTemplateHashValue?: string; fieldRef?: { fieldPath: string } };
}

interface Web {
  url: string;
  method?: string;
  jsonPath: string;
  jsonpath?: string;
  timeoutSeconds: unknown;
  insecure?: boolean;
  authentication?: object;
  body?: string;
  jsonBody?: Record<string, unknown>;
}

/** A metric that a test may break. */
export interface Metric extends Record<string, unknown> {
  name: string;
  provider: { web: Web };
  successCondition: string;
  failureCondition: string;
}

/** A template that a test may break. */
export interface Template {
  kind: string;
  spec: {
    args: Arg[];
    metrics: Metric[];
    dryRun?: { metricName: string }[];
    measurementRetention?: { metricName: string; limit: number }[];
  };
}

export interface Analysis {
  templates: { templateName: string; clusterScope?: boolean }[];
  args: Arg[];
  startingStep?: number;
}

export interface Step {
  setWeight?: number;
  setweight?: number;
  pause?: { duration?: string };
  setCanaryScale?: { replicas: number };
  analysis?: Analysis;
}

export interface BlueGreen {
  activeService?: string;
  autoPromotionSeconds?: number;
  scaleDownDelaySeconds?: number;
  prePromotionAnalysis: Analysis;
  postPromotionAnalysis: Analysis;
}

/** A Rollout that a test may break. */
export interface Rollout {
  spec: {
    replicas: number;
    strategy: {
      canary: { steps: Step[]; analysis?: Analysis; trafficRouting?: object };
      blueGreen: BlueGreen;
    };
  };
}

/** A YAML file of analysis-templates as plain values. */
export function loaded(path: string): unknown {
  const [document] = parseAllDocuments(readFileSync(join(TEMPLATES, path), 'utf8'));
  // Anchors would make one object of all args, and one change would be many.
  return JSON.parse(JSON.stringify(document?.toJS())) as unknown;
}

/** The findings after a change of a template. */
export function changedTemplate(path: string, change: (template: Template) => unknown): readonly Finding[] {
  const manifest = loaded(path);
  change(manifest as Template);
  return check(stringify(manifest));
}

/** The findings after a change of a Rollout. */
export function changedRollout(
  path: string,
  change: (rollout: Rollout) => unknown,
  slos?: KnownSlos,
): readonly Finding[] {
  const manifest = loaded(path);
  change(manifest as Rollout);
  return check(stringify(manifest), slos);
}
