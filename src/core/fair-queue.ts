/**
 * A queue that serves parties in turn: who asks for a hundred things waits for the hundredth, and who asks for one
 * waits for one turn of each other. Within a party, first come first served.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  readonly #parties = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(party: string, item: T): void {
    const items = this.#parties.get(party);
    if (items === undefined) this.#parties.set(party, [item]);
    else items.push(item);
    this.#size += 1;
  }

  /** The next in turn, or undefined where nobody waits. */
  shift(): T | undefined {
    for (const [party, items] of this.#parties) {
      const item = items.shift();
      this.#parties.delete(party);
      if (items.length > 0) this.#parties.set(party, items);
      if (item === undefined) continue;
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes out one that no longer wants its turn. */
  remove(party: string, item: T): boolean {
    const items = this.#parties.get(party);
    const index = items?.indexOf(item) ?? -1;
    if (items === undefined || index === -1) return false;
    items.splice(index, 1);
    if (items.length === 0) this.#parties.delete(party);
    this.#size -= 1;
    return true;
  }

  /** How many turns come before the one that a newcomer of this party would get. */
  ahead(party: string): number {
    const own = this.#parties.get(party)?.length ?? 0;
    let ahead = own;
    for (const [name, items] of this.#parties) if (name !== party) ahead += Math.min(items.length, own + 1);
    return ahead;
  }

  /** All that wait, in no order that means anything. */
  items(): T[] {
    return [...this.#parties.values()].flat();
  }
}
