import { NO_EVENTS, add, type Bucket, type Events } from '../../../src/core/counts.ts';
import { below } from '../random.ts';
import type { Random } from '../../../src/core/stats/random.ts';
import { LOOKS } from './healthy.ts';
import { draw, timeOf, type Scene } from './scene.ts';

/** Twenty pods of 150 requests a minute, two of them canary: 3,000 requests, 10% canary. */
const PODS = 20;
const CANARY_PODS = 2;
const POD_TRAFFIC = 150;
const BASE = 0.001;
const BURST = 20;
const EVERY = 20;

/** Each twenty minutes one pod of all, whichever, answers twenty requests badly within a minute. */
function burstBuckets(random: Random): Bucket[] {
  const offset = below(random, EVERY);
  return Array.from({ length: LOOKS }, (_, index) => {
    const struck = index % EVERY === offset ? below(random, PODS) : -1;
    const pods = new Map<string, Events>();
    let canary = NO_EVENTS;
    let stable = NO_EVENTS;
    for (let pod = 0; pod < PODS; pod += 1) {
      const events = pod === struck ? burst(random) : draw(random, POD_TRAFFIC, BASE);
      if (pod < CANARY_PODS) {
        pods.set(`canary-${String(pod)}`, events);
        canary = add(canary, events);
      } else stable = add(stable, events);
    }
    return { time: timeOf(index), canary, stable, pods };
  });
}

function burst(random: Random): Events {
  const calm = draw(random, POD_TRAFFIC - BURST, BASE);
  return { good: calm.good, bad: calm.bad + BURST };
}

/** A/A with clustered errors; `pods`: whether the judge is told which pod counted what. */
export function burstScene(pods: boolean): Scene {
  return {
    name: `bursts of 20 errors on one pod, pods ${pods ? 'known' : 'unknown'}`,
    seed: 'bursts',
    terms: { target: 0.995, maxBurnRate: 1, margin: 1, grouped: false },
    make: (random) =>
      pods
        ? burstBuckets(random)
        : burstBuckets(random).map(({ time, canary, stable }) => ({ time, canary, stable })),
  };
}
