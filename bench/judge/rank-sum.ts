/** The rank sum of the first sample, ties at their mean rank: `wilcoxonRankSum` of simple-statistics 7.12. */
export type RankSum = (sampleX: readonly number[], sampleY: readonly number[]) => number;

function isRankSum(value: unknown): value is RankSum {
  return typeof value === 'function';
}

/** simple-statistics' rank sum, or null where the package is not installed. */
export async function loadRankSum(): Promise<RankSum | null> {
  // HOOK: with simple-statistics among devDependencies this becomes a plain import.
  const name: string = 'simple-statistics';
  try {
    const module: unknown = await import(name);
    const found: unknown = Object.entries(module ?? {}).find(([key]) => key === 'wilcoxonRankSum')?.[1];
    return isRankSum(found) ? found : null;
  } catch {
    return null;
  }
}
