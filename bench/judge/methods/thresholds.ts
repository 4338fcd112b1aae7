import { NO_EVENTS, add, total } from '../../../src/core/counts.ts';
import { DEFAULT_POLICY } from '../../../src/core/policy.ts';
import { allowed, type Method } from './method.ts';

/** Flagger's own examples roll back after this many failed checks. */
const FLAGGER_CHECKS = 5;

/**
 * Argo Rollouts with one of its own metric providers: `failureCondition` on the newest point, `failureLimit` 0
 * by default, so the first minute over the objective aborts.
 */
export const ARGO_LAST_POINT: Method = {
  name: 'last-point',
  about: 'newest minute over the objective, first time: metric providers of Argo Rollouts, failureLimit 0',
  start: (terms) => ({
    look({ canary }) {
      const { bad, good } = canary ?? NO_EVENTS;
      return bad > allowed(terms) * (bad + good);
    },
  }),
};

/** Flagger: `thresholdRange` on the last interval; `threshold` failed checks, counted over the release. */
export const FLAGGER_LAST_POINT: Method = {
  name: 'five-points',
  about: 'five minutes over the objective in a release: Flagger, threshold 5',
  start(terms) {
    let failed = 0;
    return {
      look({ canary }) {
        const { bad, good } = canary ?? NO_EVENTS;
        if (bad > allowed(terms) * (bad + good)) failed += 1;
        return failed >= FLAGGER_CHECKS;
      },
    };
  },
};

/** The canary's bad fraction since its start against the objective, from the events on that a watch asks for. */
export const WINDOW_THRESHOLD: Method = {
  name: 'window',
  about: 'bad fraction since the start over the objective, from 50 events on',
  start(terms) {
    let seen = NO_EVENTS;
    return {
      look({ canary }) {
        seen = add(seen, canary ?? NO_EVENTS);
        return total(seen) >= DEFAULT_POLICY.minEvents && seen.bad > allowed(terms) * total(seen);
      },
    };
  },
};
