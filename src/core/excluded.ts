/** Whether a group is left out, by its whole name or by the path behind a method. */
export function isExcluded(group: string | undefined, exclude: readonly string[]): boolean {
  return group !== undefined && exclude.some((name) => group === name || group.endsWith(` ${name}`));
}
