/** One entry a run: what was measured (a look, a number of requests), or null where it never happened. */
export type Outcomes = Readonly<Record<string, readonly (number | null)[]>>;

/** Collects outcomes by name, run after run. */
export class Tally {
  readonly #lists: Record<string, (number | null)[]> = {};

  note(name: string, outcome: number | null): void {
    (this.#lists[name] ??= []).push(outcome);
  }

  get outcomes(): Outcomes {
    return this.#lists;
  }
}

/** Joins the outcomes of several chunks, in the order given. */
export function merge(parts: readonly Outcomes[]): Outcomes {
  const tally: Record<string, (number | null)[]> = {};
  for (const part of parts) {
    for (const [name, list] of Object.entries(part)) (tally[name] ??= []).push(...list);
  }
  return tally;
}

/** How often it happened at all. */
export function hits(list: readonly (number | null)[]): number {
  return list.filter((each) => each !== null).length;
}

/** The mean, a run in which it never happened counting as `never`. Null for no runs. */
export function meanOr(list: readonly (number | null)[], never: number): number | null {
  if (list.length === 0) return null;
  return list.reduce<number>((sum, each) => sum + (each ?? never), 0) / list.length;
}

/** The smallest value that at least a share `q` of the runs does not exceed; `never` as above. */
export function quantileOr(list: readonly (number | null)[], q: number, never: number): number | null {
  const sorted = list.map((each) => each ?? never).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}
