import type { ConfigProblem } from '../config/problem.ts';
import { parseYaml, type Locate, type YamlDocument } from '../config/yaml-text.ts';
import { isObject, type RawObject } from './raw.ts';

/** A text with YAML documents: a file, or standard input. */
export interface ManifestText {
  /** As a person would open it. */
  readonly file: string;
  readonly text: string;
}

/** One Kubernetes object as it was written. */
export interface Manifest {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly value: RawObject;
  readonly locate: Locate;
}

/** What a text turned out to be. */
export type Sorted =
  /** `isSure`: a document says openslo; else nothing says what the file is. */
  | { readonly kind: 'slos'; readonly isSure: boolean }
  | {
      readonly kind: 'manifests';
      readonly manifests: readonly Manifest[];
      readonly problems: readonly ConfigProblem[];
    };

const ARGO_KINDS = ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate'];

/**
 * Tells SLO files from Kubernetes manifests: a file belongs to the manifests when one of its documents has an
 * apiVersion that is not OpenSLO's, or when it does not parse and speaks of argoproj.io. Everything else is left to
 * the SLO loader, which says what is wrong with it.
 */
export function sortText({ file, text }: ManifestText): Sorted {
  const yaml = parseYaml(text);
  const objects = yaml.documents.flatMap((document) => itemsOf(document));
  const isForeign = objects.some(({ value }) => isForeignApi(value['apiVersion']));
  if (!isForeign && !(yaml.broken && text.includes('argoproj.io'))) {
    const isSure = objects.some(({ value }) => typeof value['apiVersion'] === 'string');
    return { kind: 'slos', isSure: isSure || yaml.broken };
  }
  return {
    kind: 'manifests',
    manifests: objects.flatMap(({ value, locate }) => manifestOf(file, value, locate)),
    problems: yaml.flaws.map((flaw) => ({ ...flaw, file })),
  };
}

/** Whether one of Argo's kinds that are checked. */
export function isChecked({ kind, value }: Manifest): boolean {
  const api = value['apiVersion'];
  return ARGO_KINDS.includes(kind) && typeof api === 'string' && api.startsWith('argoproj.io/');
}

function isForeignApi(api: unknown): boolean {
  return typeof api === 'string' && !api.startsWith('openslo');
}

interface Placed {
  readonly value: RawObject;
  readonly locate: Locate;
}

/** A document, or the items of a List. */
function itemsOf({ value, locate }: YamlDocument): Placed[] {
  if (!isObject(value)) return [];
  const { items } = value;
  if (value['kind'] !== 'List' || !Array.isArray(items)) return [{ value, locate }];
  return items.flatMap((item: unknown, index) =>
    isObject(item)
      ? [{ value: item, locate: (path, part) => locate(['items', index, ...path], part) } satisfies Placed]
      : [],
  );
}

function manifestOf(file: string, value: RawObject, locate: Locate): Manifest[] {
  const { kind, metadata } = value;
  if (typeof kind !== 'string') return [];
  const names = isObject(metadata) ? metadata : {};
  const text = (key: string): string | undefined => {
    const found = names[key];
    return typeof found === 'string' ? found : undefined;
  };
  return [{ file, kind, name: text('name') ?? '', namespace: text('namespace'), value, locate }];
}
