import { parseGoDuration } from '../go/duration.ts';
import { parseDryRun } from '../analysis/template.ts';
import {
  isObject,
  listAt,
  ManifestError,
  objectAt,
  objectIn,
  optionalIntOrText,
  optionalText,
  requiredText,
  type RawObject,
} from '../read.ts';
import { UnmodelledError } from '../unmodelled-error.ts';

/** An analysis as a step or in the background: which templates, with which args. */
export interface RolloutAnalysis {
  readonly templates: readonly { readonly name: string; readonly isClusterScoped: boolean }[];
  readonly args: readonly RolloutArg[];
  readonly dryRun: readonly string[];
}

/** An arg on the Rollout's side, not yet resolved. */
export interface RolloutArg {
  readonly name: string;
  readonly value: string;
  readonly podTemplateHash: 'Latest' | 'Stable' | undefined;
  readonly fieldPath: string | undefined;
}

/** A canary step. A pause without a duration waits for a person. */
export type CanaryStep =
  | { readonly kind: 'setWeight'; readonly weight: number }
  | { readonly kind: 'pause'; readonly durationMs: number | undefined }
  | { readonly kind: 'setCanaryScale'; readonly scale: CanaryScale }
  | { readonly kind: 'analysis'; readonly analysis: RolloutAnalysis };

/** How many canary pods a step asks for: a number, a share of all in per cent, or what the weight needs. */
export type CanaryScale =
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'weight'; readonly weight: number }
  | { readonly kind: 'matchTrafficWeight' };

/**
 * A Rollout as far as the double imitates it. A blue-green one is told in steps as well: what it does before,
 * at and after the switch of its active Service.
 */
export interface Rollout {
  readonly name: string;
  readonly strategy: 'canary' | 'blueGreen';
  readonly namespace: string;
  /** The manifest, for args that read its fields. */
  readonly manifest: RawObject;
  readonly replicas: number;
  /** With traffic routing a weight is exact; without, the share is the share of pods. */
  readonly hasTrafficRouting: boolean;
  readonly steps: readonly CanaryStep[];
  readonly background: (RolloutAnalysis & { readonly startingStep: number }) | undefined;
  /** Pods of the new version before a blue-green switch; undefined: as many as there will be. */
  readonly previewReplicas?: number;
}

/**
 * Reads a Rollout manifest.
 *
 * @throws ManifestError for a field of the wrong type, UnmodelledError for other strategies and steps
 */
export function parseRollout(manifest: unknown): Rollout {
  const raw = objectIn(manifest, 'Rollout');
  if (raw['kind'] !== 'Rollout')
    throw new ManifestError(`kind: found ${String(raw['kind'])}, allowed is Rollout.`);
  const metadata = objectAt(raw, 'metadata', 'Rollout');
  const spec = objectAt(raw, 'spec', 'Rollout');
  const strategy = objectAt(spec, 'strategy', 'spec');
  const replicas = optionalIntOrText(spec, 'replicas', 'spec');
  return {
    name: requiredText(metadata, 'name', 'metadata'),
    namespace: optionalText(metadata, 'namespace', 'metadata') ?? 'default',
    manifest: raw,
    replicas: typeof replicas === 'number' ? replicas : 1,
    ...parseStrategy(strategy),
  };
}

type Strategy = Pick<Rollout, 'strategy' | 'hasTrafficRouting' | 'steps' | 'background' | 'previewReplicas'>;

function parseStrategy({ canary, blueGreen }: RawObject): Strategy {
  if (isObject(blueGreen)) return parseBlueGreen(blueGreen);
  if (!isObject(canary)) {
    throw new UnmodelledError('a strategy other than canary and blueGreen', ['canary', 'blueGreen']);
  }
  return {
    strategy: 'canary',
    hasTrafficRouting: isObject(canary['trafficRouting']),
    steps: listAt(canary, 'steps', 'canary').map(parseStep),
    background: parseBackground(canary),
  };
}

/** Pre-promotion analysis, the wait for a person, the switch of the active Service, post-promotion analysis. */
function parseBlueGreen(blueGreen: RawObject): Strategy {
  const { autoPromotionSeconds, prePromotionAnalysis, postPromotionAnalysis, previewReplicaCount } =
    blueGreen;
  const cutShort = [
    prePromotionAnalysis === undefined ? undefined : autoPromotionSeconds,
    postPromotionAnalysis === undefined ? undefined : blueGreen['scaleDownDelaySeconds'],
  ];
  if (cutShort.some((value) => value !== undefined)) {
    throw new UnmodelledError('a delay that ends a promotion analysis early', ['the delays left out']);
  }
  const waits = blueGreen['autoPromotionEnabled'] === false;
  const waitMs = typeof autoPromotionSeconds === 'number' ? autoPromotionSeconds * 1000 : undefined;
  const pause: CanaryStep = { kind: 'pause', durationMs: waits ? undefined : waitMs };
  return {
    strategy: 'blueGreen',
    hasTrafficRouting: true,
    steps: [
      ...analysisStep(prePromotionAnalysis),
      ...(waits || waitMs !== undefined ? [pause] : []),
      { kind: 'setWeight', weight: 100 },
      ...analysisStep(postPromotionAnalysis),
    ],
    background: undefined,
    ...(typeof previewReplicaCount === 'number' ? { previewReplicas: previewReplicaCount } : {}),
  };
}

function analysisStep(raw: unknown): CanaryStep[] {
  return isObject(raw) ? [{ kind: 'analysis', analysis: parseAnalysis(raw) }] : [];
}

function parseBackground(canary: RawObject): Rollout['background'] {
  if (!isObject(canary['analysis'])) return undefined;
  const startingStep = canary['analysis']['startingStep'];
  return {
    ...parseAnalysis(canary['analysis']),
    startingStep: typeof startingStep === 'number' ? startingStep : 0,
  };
}

function parseStep(raw: unknown, index: number): CanaryStep {
  const step = objectIn(raw, `steps[${String(index)}]`);
  if (typeof step['setWeight'] === 'number') return { kind: 'setWeight', weight: step['setWeight'] };
  if (isObject(step['analysis'])) return { kind: 'analysis', analysis: parseAnalysis(step['analysis']) };
  if ('pause' in step) return { kind: 'pause', durationMs: pauseMs(objectAt(step, 'pause', 'step')) };
  if (isObject(step['setCanaryScale']))
    return { kind: 'setCanaryScale', scale: parseScale(step['setCanaryScale']) };
  const known = ['setWeight', 'pause', 'analysis', 'setCanaryScale'];
  throw new UnmodelledError(`the step ${Object.keys(step).join(', ')}`, known);
}

function parseScale({ replicas, weight, matchTrafficWeight }: RawObject): CanaryScale {
  if (matchTrafficWeight === true) return { kind: 'matchTrafficWeight' };
  if (typeof replicas === 'number') return { kind: 'replicas', replicas };
  if (typeof weight === 'number') return { kind: 'weight', weight };
  throw new ManifestError('setCanaryScale: found neither replicas, weight nor matchTrafficWeight.');
}

// A bare number is seconds; with a unit it is a Go duration.
function pauseMs(pause: RawObject): number | undefined {
  const duration = optionalIntOrText(pause, 'duration', 'pause');
  if (duration === undefined) return undefined;
  return /^\d+$/.test(String(duration)) ? Number(duration) * 1000 : parseGoDuration(String(duration));
}

function parseAnalysis(raw: RawObject): RolloutAnalysis {
  return {
    templates: listAt(raw, 'templates', 'analysis').map((reference) => {
      const template = objectIn(reference, 'templates');
      const name = requiredText(template, 'templateName', 'templates');
      return { name, isClusterScoped: template['clusterScope'] === true };
    }),
    args: listAt(raw, 'args', 'analysis').map(parseArg),
    dryRun: parseDryRun(raw),
  };
}

function parseArg(raw: unknown): RolloutArg {
  const arg = objectIn(raw, 'args');
  const from = objectAt(arg, 'valueFrom', 'args');
  const hash = optionalText(from, 'podTemplateHashValue', 'valueFrom');
  if (hash !== undefined && hash !== 'Latest' && hash !== 'Stable') {
    throw new ManifestError(`podTemplateHashValue: found ${hash}, allowed are Latest and Stable.`);
  }
  return {
    name: requiredText(arg, 'name', 'args'),
    value: optionalText(arg, 'value', 'args') ?? '',
    podTemplateHash: hash,
    fieldPath: optionalText(objectAt(from, 'fieldRef', 'valueFrom'), 'fieldPath', 'fieldRef'),
  };
}

/** How Argo names a step in its events. */
export function describeStep(step: CanaryStep): string {
  switch (step.kind) {
    case 'setWeight':
      return `setWeight: ${String(step.weight)}`;
    case 'pause':
      return step.durationMs === undefined ? 'pause' : `pause: ${String(step.durationMs / 1000)}s`;
    case 'setCanaryScale':
      return 'setCanaryScale';
    case 'analysis':
      return 'analysis';
  }
}
