/** A promise of the project beside the figure that this run gave. */
export interface Target {
  readonly text: string;
  readonly value: number | null;
  readonly limit: number;
  /** True where the figure must be at least the limit. */
  readonly atLeast?: true;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly notes: readonly string[];
  readonly targets: readonly Target[];
}

/** Null is a figure that could not be had, and never counts as met. */
export function isMet({ value, limit, atLeast }: Target): boolean {
  if (value === null) return false;
  return atLeast === true ? value >= limit : value <= limit;
}

/** At most four significant digits; a dash for what is not there. */
function shown(value: string | number | null): string {
  if (value === null) return '-';
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

/** A share in per cent, for reading. */
export function percent(ratio: number | null): string {
  if (ratio === null) return '-';
  return `${String(Number((100 * ratio).toPrecision(3)))}%`;
}

/** The table as text: columns aligned, notes and targets below. */
export function render(table: Table): string {
  const cells = [table.columns, ...table.rows].map((row) => row.map(shown));
  const widths = table.columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head, ...body] = cells;
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [
    `\n## ${table.title}`,
    line(head ?? []),
    rule,
    ...body.map(line),
    ...table.notes.map((note) => `   ${note}`),
    ...table.targets.map(
      (target) =>
        `   ${isMet(target) ? 'met   ' : 'MISSED'} ${target.text}: ${shown(target.value)} (${target.atLeast === true ? 'at least' : 'at most'} ${shown(target.limit)})`,
    ),
  ].join('\n');
}
