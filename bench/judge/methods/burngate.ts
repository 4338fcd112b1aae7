import { DEFAULT_POLICY, type Policy } from '../../../src/core/policy.ts';
import { Trial } from '../../../src/core/trial.ts';
import type { Method, Terms } from './method.ts';

/** The policy of a bench run: the defaults but for what the scenario fixes. */
export function policyOf({ alpha, margin, maxBurnRate }: Terms): Policy {
  return { ...DEFAULT_POLICY, alpha, margin, maxBurnRate };
}

/**
 * Burngate itself: the trial that `decide` runs, whose proofs of harm stand above every other row of the law.
 * That a fail here is exactly a fail of `Replay` is tested in test/bench/methods.test.ts.
 */
export const BURNGATE: Method = {
  name: 'burngate',
  about: 'this repository, caps on',
  start(terms) {
    const { target, grouped } = terms;
    const trial = new Trial({ target, grouped, policy: policyOf(terms) });
    return {
      look(bucket) {
        trial.absorb(bucket);
        return trial.wholeHarm !== null || trial.groupHarm !== null;
      },
    };
  },
};
