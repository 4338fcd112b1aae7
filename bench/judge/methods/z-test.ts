import { NO_EVENTS, add, total } from '../../../src/core/counts.ts';
import { upperNormalQuantile } from '../normal.ts';
import type { Method } from './method.ts';

/** One-sided two-proportion z-test with pooled variance, on all events so far, at every look. */
export const Z_TEST: Method = {
  name: 'z-test',
  about: 'one-sided two-proportion z-test at alpha, at every look',
  start({ alpha }) {
    const critical = upperNormalQuantile(alpha);
    let canary = NO_EVENTS;
    let stable = NO_EVENTS;
    return {
      look(bucket) {
        canary = add(canary, bucket.canary ?? NO_EVENTS);
        stable = add(stable, bucket.stable ?? NO_EVENTS);
        const [nc, ns] = [total(canary), total(stable)];
        const pooled = (canary.bad + stable.bad) / (nc + ns);
        const spread = Math.sqrt(pooled * (1 - pooled) * (1 / nc + 1 / ns));
        return spread > 0 && canary.bad / nc - stable.bad / ns > critical * spread;
      },
    };
  },
};
