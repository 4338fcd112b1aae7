const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * A Go duration (`90s`, `1h30m`, `1.5h`) in milliseconds.
 *
 * @throws Error with the text of `time.ParseDuration`, e.g. `time: unknown unit "d" in duration "2d"`
 */
export function parseGoDuration(text: string): number {
  const signless = text.replace(/^[+-]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (signless === '0') return 0;
  if (signless === '') throw invalid(text);
  let rest = signless;
  let totalMs = 0;
  while (rest !== '') {
    const part = /^(?<amount>\d+\.?\d*|\.\d+)(?<unit>[^\d.]*)/.exec(rest);
    const amount = part?.groups?.['amount'];
    const unit = part?.groups?.['unit'] ?? '';
    if (part === null || amount === undefined) throw invalid(text);
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const unitMs = UNIT_MS[unit];
    if (unitMs === undefined) {
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    totalMs += Number(amount) * unitMs;
    rest = rest.slice(part[0].length);
  }
  return sign * totalMs;
}

function invalid(text: string): Error {
  return new Error(`time: invalid duration ${JSON.stringify(text)}`);
}
