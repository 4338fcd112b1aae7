const LONGEST_COMPARED = 100;
const MOST_NEAR = 3;

/** Known names that a person may have meant, the likeliest first; empty where none is close. */
export function nearNames(given: string, known: readonly string[]): string[] {
  const asked = given.slice(0, LONGEST_COMPARED).toLowerCase();
  const tolerance = Math.max(1, Math.floor(asked.length / 3));
  return known
    .map((name) => ({ name, steps: editDistance(asked, name.toLowerCase()) }))
    .filter(({ steps }) => steps <= tolerance)
    .toSorted((a, b) => a.steps - b.steps)
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);
}

/** What is allowed in place of an unknown name: the near ones first, then all of them, each with the prefix. */
export function allowedNames(given: string, known: readonly string[], prefix = ''): string {
  if (known.length === 0) return 'a name that is defined; none is';
  const near = nearNames(given, known).map((name) => prefix + name);
  const all = `one of ${known.map((name) => prefix + name).join(', ')}`;
  return near.length === 0 ? all : `${near.join(' or ')}? (${all})`;
}

/** Steps from a to b: single characters inserted, deleted, replaced, or two neighbours swapped. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
