/** error: Argo refuses it, or a release can be decided wrongly. warning: it can surprise. note: know what you do. */
export type Severity = 'error' | 'warning' | 'note';

export interface Rule {
  readonly severity: Severity;
  /** What happens to a release, in one sentence. */
  readonly why: string;
}
