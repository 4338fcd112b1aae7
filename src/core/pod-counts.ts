import { entry } from './entry.ts';
import { add, NO_EVENTS, total, type Bucket, type Events } from './counts.ts';
import { isExcluded } from './excluded.ts';
import { joinRoles, ROUNDING, type Roles } from './join-roles.ts';
import type { PodSeries } from './provider.ts';
import type { EpochMs } from './units.ts';

/** Buckets on their way out of `assemble`. */
interface Joined {
  readonly buckets: Bucket[];
  readonly notes: readonly string[];
}

/** time -> pod -> group -> role -> events */
type PodCells = Map<EpochMs, Map<string, Map<string, Roles>>>;

/**
 * Adds the canary's pods to its buckets. Pods only ever cap what one of them may prove, so where they do not sum to
 * the canary's counts the bucket is judged as a whole, which is capped harder, and a note says so.
 */
export function attachPods(
  { buckets, notes }: Joined,
  podSplit: readonly PodSeries[],
  options: { readonly exclude: readonly string[]; readonly counted: 'good' | 'bad' },
): Joined {
  const cells = collectPods(podSplit, options.exclude);
  let unlike = 0;
  const withPods = buckets.map((bucket) => {
    const { canary, time } = bucket;
    if (canary === null || total(canary) === 0) return bucket;
    const pods = podsOf(cells.get(time), canary, options.counted);
    if (pods === null) unlike += 1;
    return pods === null ? bucket : { ...bucket, pods };
  });
  if (unlike === 0) return { buckets: withPods, notes };
  const text = `the pods do not sum to the canary in ${String(unlike)} buckets, which are judged without them`;
  return { buckets: withPods, notes: [...notes, text] };
}

function collectPods(podSplit: readonly PodSeries[], exclude: readonly string[]): PodCells {
  const cells: PodCells = new Map();
  for (const { role, pod, group, points } of podSplit) {
    if (isExcluded(group, exclude)) continue;
    for (const [time, events] of points) {
      const roles = entry(
        entry(entry(cells, time, newMap<string, Map<string, Roles>>), pod, newMap<string, Roles>),
        group ?? '',
        (): Roles => ({}),
      );
      roles[role] = (roles[role] ?? 0) + events;
    }
  }
  return cells;
}

function podsOf(
  byPod: ReadonlyMap<string, ReadonlyMap<string, Roles>> | undefined,
  canary: Events,
  counted: 'good' | 'bad',
): ReadonlyMap<string, Events> | null {
  const pods = new Map<string, Events>();
  let sum = NO_EVENTS;
  for (const [pod, byGroup] of byPod ?? []) {
    for (const roles of byGroup.values()) {
      const events = joinRoles(roles, counted);
      if (typeof events === 'string') return null;
      if (events === null) continue;
      pods.set(pod, add(pods.get(pod) ?? NO_EVENTS, events));
      sum = add(sum, events);
    }
  }
  const slack = ROUNDING * Math.max(1, total(canary));
  const isWhole = Math.abs(sum.bad - canary.bad) <= slack && Math.abs(sum.good - canary.good) <= slack;
  return isWhole ? pods : null;
}

function newMap<Key, Value>(): Map<Key, Value> {
  return new Map<Key, Value>();
}
