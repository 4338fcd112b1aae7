import type { Path } from '../config/path.ts';
import type { Manifest } from './manifest.ts';
import { isObject, objectAt, objectsAt, textAt, type RawObject } from './raw.ts';
import { dryRunOf } from './template-view.ts';

/** An arg on the side of the Rollout. */
export interface RolloutArg {
  readonly name: string;
  /** Undefined where Argo fills it in when the release begins. */
  readonly value: string | undefined;
  readonly hash: string | undefined;
  readonly at: Path;
}

/** Where a Rollout refers to templates. */
export interface AnalysisUse {
  readonly use: 'background' | 'step' | 'pre-promotion' | 'post-promotion';
  readonly at: Path;
  readonly raw: RawObject;
  readonly references: readonly { readonly name: string; readonly isCluster: boolean; readonly at: Path }[];
  readonly args: readonly RolloutArg[];
  readonly dryRun: readonly string[];
}

export interface CanaryStep {
  readonly raw: RawObject;
  readonly at: Path;
  readonly weight: number | undefined;
  readonly analysis: AnalysisUse | undefined;
}

/** What the checks need of a Rollout. */
export interface RolloutView {
  readonly manifest: Manifest;
  readonly replicas: number;
  readonly canary: RawObject | undefined;
  readonly blueGreen: RawObject | undefined;
  readonly background: AnalysisUse | undefined;
  readonly steps: readonly CanaryStep[];
  readonly promotion: readonly AnalysisUse[];
}

export function rolloutView(manifest: Manifest): RolloutView {
  const spec = objectAt(manifest.value, 'spec');
  const { canary, blueGreen } = objectAt(spec, 'strategy');
  const { replicas } = spec;
  const at = ['spec', 'strategy', 'canary'];
  return {
    manifest,
    replicas: typeof replicas === 'number' ? replicas : 1,
    canary: isObject(canary) ? canary : undefined,
    blueGreen: isObject(blueGreen) ? blueGreen : undefined,
    background: isObject(canary) ? useOf('background', canary['analysis'], [...at, 'analysis']) : undefined,
    steps: isObject(canary)
      ? objectsAt(canary, 'steps').map(({ value, index }) => stepOf(value, [...at, 'steps', index]))
      : [],
    promotion: isObject(blueGreen) ? promotionOf(blueGreen) : [],
  };
}

/** Every analysis of a Rollout. */
export function usesOf({ background, steps, promotion }: RolloutView): readonly AnalysisUse[] {
  return [
    ...(background === undefined ? [] : [background]),
    ...steps.flatMap(({ analysis }) => analysis ?? []),
    ...promotion,
  ];
}

function stepOf(raw: RawObject, at: Path): CanaryStep {
  const { setWeight } = raw;
  return {
    raw,
    at,
    weight: typeof setWeight === 'number' ? setWeight : undefined,
    analysis: useOf('step', raw['analysis'], [...at, 'analysis']),
  };
}

function promotionOf(blueGreen: RawObject): AnalysisUse[] {
  const at = ['spec', 'strategy', 'blueGreen'];
  return [
    useOf('pre-promotion', blueGreen['prePromotionAnalysis'], [...at, 'prePromotionAnalysis']),
    useOf('post-promotion', blueGreen['postPromotionAnalysis'], [...at, 'postPromotionAnalysis']),
  ].filter((use) => use !== undefined);
}

function useOf(use: AnalysisUse['use'], raw: unknown, at: Path): AnalysisUse | undefined {
  if (!isObject(raw)) return undefined;
  return {
    use,
    at,
    raw,
    references: objectsAt(raw, 'templates').map(({ value, index }) => ({
      name: textAt(value, 'templateName') ?? '',
      isCluster: value['clusterScope'] === true,
      at: [...at, 'templates', index],
    })),
    args: objectsAt(raw, 'args').map(({ value, index }) => argOf(value, [...at, 'args', index])),
    dryRun: dryRunOf(raw),
  };
}

function argOf(raw: RawObject, at: Path): RolloutArg {
  const from = objectAt(raw, 'valueFrom');
  const hash = textAt(from, 'podTemplateHashValue');
  const isFilledIn = hash !== undefined || isObject(from['fieldRef']);
  const value = isFilledIn ? undefined : (textAt(raw, 'value') ?? '');
  return { name: textAt(raw, 'name') ?? '', value, hash, at };
}
