import type { Cohort, Role } from '../../src/core/counts.ts';
import type { Points, PodSeries, Series } from '../../src/core/provider.ts';
import type { EpochMs } from '../../src/core/units.ts';
import { alignDown, type Window } from '../../src/core/window.ts';

/** More groups are summed: a label with an id in it must not eat the memory. The core pools at 500. */
const MAX_GROUPS = 1000;
const OTHER_GROUP = 'other';
const MAX_PODS = 1000;
const OTHER_POD = 'other';

/** One counted entry. */
export interface Hit {
  readonly time: EpochMs;
  readonly cohort: Cohort;
  readonly roles: readonly Role[];
  /** Absent: no breakdown was asked for. */
  readonly group?: string;
  /** Absent: pods are not told apart. */
  readonly pod?: string;
}

type Line = Map<EpochMs, number>;

/** Counts by role, cohort, group and bucket; by pod for the canary. */
export class Tally {
  readonly #window: Pick<Window, 'bucketMs'>;
  readonly #roles: readonly Role[];
  readonly #lines = new Map<
    string,
    { readonly cohort: Cohort; readonly group?: string; readonly roles: Map<Role, Line> }
  >();
  readonly #pods = new Map<
    string,
    { readonly pod: string; readonly group?: string; readonly roles: Map<Role, Line> }
  >();
  readonly #groups = new Set<string>();
  readonly #podNames = new Set<string>();

  constructor(window: Pick<Window, 'bucketMs'>, roles: readonly Role[]) {
    this.#window = window;
    this.#roles = roles;
  }

  add(hit: Hit): void {
    const { cohort } = hit;
    const time = alignDown(hit.time, this.#window.bucketMs);
    const group =
      hit.group === undefined ? {} : { group: bounded(hit.group, this.#groups, MAX_GROUPS, OTHER_GROUP) };
    const key = JSON.stringify([cohort, group]);
    const line = this.#lines.get(key) ?? { cohort, ...group, roles: new Map<Role, Line>() };
    this.#lines.set(key, line);
    // A role that has no event here was looked for all the same: 0 of those that were.
    for (const role of this.#roles) count(line.roles, role, time, hit.roles.includes(role));
    if (hit.pod === undefined || cohort !== 'canary') return;
    const pod = bounded(hit.pod, this.#podNames, MAX_PODS, OTHER_POD);
    const podKey = JSON.stringify([pod, group]);
    const podLine = this.#pods.get(podKey) ?? { pod, ...group, roles: new Map<Role, Line>() };
    this.#pods.set(podKey, podLine);
    for (const role of this.#roles) count(podLine.roles, role, time, hit.roles.includes(role));
  }

  /** The same counts of buckets that begin within [from, until), to go on from. */
  copy(from: EpochMs, until: EpochMs): Tally {
    const copied = new Tally(this.#window, this.#roles);
    for (const group of this.#groups) copied.#groups.add(group);
    for (const pod of this.#podNames) copied.#podNames.add(pod);
    for (const [key, line] of this.#lines)
      copied.#lines.set(key, { ...line, roles: rolesWithin(line.roles, from, until) });
    for (const [key, line] of this.#pods)
      copied.#pods.set(key, { ...line, roles: rolesWithin(line.roles, from, until) });
    return copied;
  }

  /** Series of what lies in [from, until). */
  series(from: EpochMs, until: EpochMs): Series[] {
    return [...this.#lines.values()].flatMap(({ cohort, group, roles }) =>
      [...roles].flatMap(([role, line]) => {
        const points = within(line, from, until);
        return points.length === 0 ? [] : [{ role, cohort, ...(group !== undefined && { group }), points }];
      }),
    );
  }

  podSplit(from: EpochMs, until: EpochMs): PodSeries[] {
    return [...this.#pods.values()].flatMap(({ pod, group, roles }) =>
      [...roles].flatMap(([role, line]) => {
        const points = within(line, from, until);
        return points.length === 0 ? [] : [{ role, pod, ...(group !== undefined && { group }), points }];
      }),
    );
  }

  /** Events of one role and cohort in one bucket, over all groups. */
  countAt(role: Role, cohort: Cohort, time: EpochMs): number {
    let events = 0;
    for (const line of this.#lines.values())
      if (line.cohort === cohort) events += line.roles.get(role)?.get(time) ?? 0;
    return events;
  }
}

function count(roles: Map<Role, Line>, role: Role, time: EpochMs, isOne: boolean): void {
  const line = roles.get(role) ?? new Map<EpochMs, number>();
  roles.set(role, line);
  line.set(time, (line.get(time) ?? 0) + (isOne ? 1 : 0));
}

function bounded(name: string, known: Set<string>, most: number, other: string): string {
  if (known.has(name)) return name;
  if (known.size >= most) return other;
  known.add(name);
  return name;
}

function rolesWithin(roles: ReadonlyMap<Role, Line>, from: EpochMs, until: EpochMs): Map<Role, Line> {
  return new Map([...roles].map(([role, line]) => [role, new Map(within(line, from, until))]));
}

function within(line: Line, from: EpochMs, until: EpochMs): Points {
  return [...line].filter(([time]) => time >= from && time < until).toSorted(([a], [b]) => a - b);
}
