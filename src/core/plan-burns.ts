/** Burns that are planned for, as multiples of the budget. */
const BURNS = [1.5, 2, 5, 10, 50] as const;
/** 1 - 0.9 is not 0.1 in binary: a burn this near to the highest is the highest. */
const ROUNDING = 1e-9;
const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] as const;

/** The burns that waits are told for; those that cannot be are replaced by the highest that can. */
export function plannedBurns(highest: number): number[] {
  const possible = BURNS.filter((burn) => isBelow(burn, highest));
  return possible.length < BURNS.length ? [...possible, highest] : possible;
}

function isBelow(burn: number, highest: number): boolean {
  return burn < highest * (1 - ROUNDING);
}

/** Round burns from 1.5 up to the highest that is possible. */
export function burnGrid(highest: number): number[] {
  const grid: number[] = [];
  for (let decade = 1; decade < highest; decade *= 10) {
    for (const mantissa of MANTISSAS) if (mantissa * decade >= 1.5) grid.push(mantissa * decade);
  }
  return [...grid.filter((burn) => isBelow(burn, highest)), highest];
}

/** The smallest of ascending candidates for which it holds, given that it holds for all above; null: for none. */
export function smallestWhere(
  candidates: readonly number[],
  holds: (candidate: number) => boolean,
): number | null {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(candidates[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return candidates[low] ?? null;
}
