import type { Answers } from './answers.ts';

/** What differs between the places where a service runs and its counts are kept. */
export interface Platform {
  readonly title: string;
  /** Age in minutes from which counts no longer change; the first look comes three minutes later. */
  readonly lagMinutes: number;
  /** How the canary gets its share of the traffic. */
  readonly routing: 'alb' | 'istio' | 'nginx';
  /** `indicator.spec` of the availability SLO, as YAML without indentation. */
  readonly ratio: (answers: Answers) => string;
  /** Annotations of the SLO, each a line of YAML. */
  readonly annotations: readonly string[];
  /** Fields of the container besides the usual, as YAML without indentation; '' for none. */
  readonly container: (answers: Answers) => string;
  /** Further manifests by file name. */
  readonly manifests: (answers: Answers) => Readonly<Record<string, string>>;
  /** What has to be true before it works, one line each. */
  readonly needs: readonly string[];
}

/** Text with every line but empty ones moved to the right. */
export function indent(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
