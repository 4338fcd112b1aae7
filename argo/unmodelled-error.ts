/**
 * Thrown where a template or Rollout uses something of Argo Rollouts that this double does not
 * imitate. Never an outcome of Argo: a guess here would make a test pass for the wrong reason.
 */
export class UnmodelledError extends Error {
  readonly code = 'unmodelled';

  /**
   * @param what the construct that was met, e.g. `the step setCanaryScale`
   * @param known what the double does imitate in that place
   */
  constructor(what: string, known: readonly string[]) {
    super(
      `The double of Argo Rollouts does not imitate ${what}. It knows: ${known.join(', ')}. ` +
        'Use one of these, or teach the double (argo/) from the sources of argo-rollouts.',
    );
    this.name = 'UnmodelledError';
  }
}
