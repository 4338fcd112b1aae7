import { isObject, type RawObject } from '../read.ts';
import { RunSpecError, type SuppliedArg } from '../analysis/run-spec.ts';
import type { RolloutArg } from './rollout.ts';

/** The pod-template-hashes of the two ReplicaSets. */
export interface PodTemplateHashes {
  readonly latest: string;
  readonly stable: string;
}

/**
 * Resolves the args of a Rollout's analysis. They are frozen when the run is created.
 *
 * @throws RunSpecError for a field that the Rollout does not have
 */
export function resolveRolloutArgs(
  args: readonly RolloutArg[],
  manifest: RawObject,
  hashes: PodTemplateHashes,
): readonly SuppliedArg[] {
  return args.map((arg) => ({ name: arg.name, value: valueOf(arg, manifest, hashes) }));
}

function valueOf(arg: RolloutArg, manifest: RawObject, hashes: PodTemplateHashes): string {
  if (arg.podTemplateHash === 'Latest') return hashes.latest;
  if (arg.podTemplateHash === 'Stable') return hashes.stable;
  if (arg.fieldPath === undefined) return arg.value;
  return fieldOf(manifest, arg.fieldPath);
}

function fieldOf(manifest: RawObject, path: string): string {
  const subscript = /^(metadata)\.(annotations|labels)\['([^']*)'\]$/.exec(path);
  const sections =
    subscript === null ? path.split(/[.[\]]+/).filter((part) => part !== '') : subscript.slice(1);
  let value: unknown = manifest;
  for (const section of sections) value = step(value, section);
  // An annotation or label that is not there is empty; any other missing field is an error.
  if (value === undefined && subscript !== null) return '';
  if (value === undefined || value === null) throw new RunSpecError(`invalid path ${path} in rollout`);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new RunSpecError(`path ${path} in rollout must terminate in a primitive value`);
}

function step(value: unknown, section: string): unknown {
  if (Array.isArray(value)) return value[Number(section)] as unknown;
  return isObject(value) && Object.hasOwn(value, section) ? value[section] : undefined;
}
