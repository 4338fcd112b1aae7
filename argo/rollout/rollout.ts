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
  | { readonly kind: 'analysis'; readonly analysis: RolloutAnalysis };

/** A Rollout with the canary strategy, as far as the double imitates it. */
export interface Rollout {
  readonly name: string;
  readonly namespace: string;
  /** The manifest, for args that read its fields. */
  readonly manifest: RawObject;
  readonly replicas: number;
  /** With traffic routing a weight is exact; without, the share is the share of pods. */
  readonly hasTrafficRouting: boolean;
  readonly steps: readonly CanaryStep[];
  readonly background: (RolloutAnalysis & { readonly startingStep: number }) | undefined;
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
  if (!isObject(strategy['canary'])) throw new UnmodelledError('a strategy other than canary', ['canary']);
  const canary = strategy['canary'];
  const replicas = optionalIntOrText(spec, 'replicas', 'spec');
  return {
    name: requiredText(metadata, 'name', 'metadata'),
    namespace: optionalText(metadata, 'namespace', 'metadata') ?? 'default',
    manifest: raw,
    replicas: typeof replicas === 'number' ? replicas : 1,
    hasTrafficRouting: isObject(canary['trafficRouting']),
    steps: listAt(canary, 'steps', 'canary').map(parseStep),
    background: parseBackground(canary),
  };
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
  throw new UnmodelledError(`the step ${Object.keys(step).join(', ')}`, ['setWeight', 'pause', 'analysis']);
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
    case 'analysis':
      return 'analysis';
  }
}
