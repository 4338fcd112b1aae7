import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';
import type { Ratio } from '../core/units.ts';

export const PLATFORMS = [
  'prometheus',
  'eks-datadog',
  'eks-google-cloud',
  'gke-monitoring',
  'gke-logs',
] as const;
export type PlatformName = (typeof PLATFORMS)[number];

/** What has to be known to write the files of a service. */
export interface Answers {
  /** Name of the service: of its Rollout, its namespace and its SLOs. */
  readonly service: string;
  readonly platform: PlatformName;
  readonly objective: Ratio;
  readonly image: string;
  /** Where Argo CD finds the files: repository and folder. */
  readonly repository: string;
  readonly path: string;
  /** Google Cloud project of the counts. */
  readonly project: string;
}

/** A DNS label that leaves room for the suffixes of pods and hashes. */
const SERVICE = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** No spaces, quotes or line breaks: the text goes into YAML as it is. */
const PLAIN = /^[A-Za-z0-9][\w./:@-]{0,250}$/;

export interface RawAnswers {
  readonly service: string;
  readonly platform: string;
  readonly objective: Parsed<Ratio>;
  readonly image?: string;
  readonly repository?: string;
  readonly path?: string;
  readonly project?: string;
}

/** Everything that is wrong with the answers at once. */
export function parseAnswers(raw: RawAnswers): Parsed<Answers> {
  const { service, objective } = raw;
  const image = raw.image ?? `registry.example.com/${service}:1.0.0`;
  const repository = raw.repository ?? 'https://git.example.com/shop/deploy.git';
  const path = raw.path ?? service;
  const project = raw.project ?? 'shop-prod';
  const platform = PLATFORMS.find((name) => name === raw.platform);
  const issues: Issue[] = objective.ok ? [] : [...objective.issues];
  const check = (fits: boolean, name: string, given: string, allowed: string): void => {
    if (!fits) issues.push({ path: name, given: shown(given), allowed });
  };
  check(SERVICE.test(service), '--service', service, 'lower-case letters, digits and "-", at most 40');
  check(platform !== undefined, '--platform', raw.platform, `one of ${PLATFORMS.join(', ')}`);
  check(PLAIN.test(image), '--image', image, 'an image with its tag, e.g. registry.example.com/shop:1.0.0');
  check(PLAIN.test(repository), '--repository', repository, 'the address of a Git repository');
  check(PLAIN.test(path), '--path', path, 'a folder of the repository');
  check(PROJECT.test(project), '--project', project, 'the id of a Google Cloud project');
  if (!objective.ok || platform === undefined || issues.length > 0) return invalid(...issues);
  return valid({ service, platform, objective: objective.value, image, repository, path, project });
}
