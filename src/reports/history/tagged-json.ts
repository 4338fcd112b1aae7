/** What JSON lacks: infinite numbers (evidence is a logarithm) and maps (counts by group). */
const NUMBER = '$number';
const MAP = '$map';

/** JSON from which `fromTaggedJson` gives back the very same value. */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown): unknown => {
    if (typeof each === 'number' && !Number.isFinite(each)) return { [NUMBER]: String(each) };
    return each instanceof Map ? { [MAP]: [...each] } : each;
  });
}

/** Reads what `toTaggedJson` wrote. Throws `SyntaxError` on anything that is not JSON. */
export function fromTaggedJson(text: string): unknown {
  return JSON.parse(text, (_key, each: unknown): unknown => {
    if (typeof each !== 'object' || each === null) return each;
    if (NUMBER in each) return Number(each[NUMBER]);
    return MAP in each && Array.isArray(each[MAP]) ? new Map(each[MAP] as [unknown, unknown][]) : each;
  }) as unknown;
}
