import { rate } from '../../core/explain.ts';
import { formatDuration } from '../../core/units.ts';

/** Text for what cannot be said. */
export const UNKNOWN = '–';

/** A ratio as a percentage of a few digits; small ones keep two significant ones. */
export function percentText(value: number | null): string {
  if (value === null) return UNKNOWN;
  const percent = value * 100;
  const size = Math.abs(percent);
  const digits = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = size !== 0 && size < 0.01 ? percent.toPrecision(2) : percent.toFixed(digits);
  return `${trimZeros(text).replace('-', '−')}%`;
}

/** An SLI or objective, whose nines are what matters: 99.95%, not 100%. */
export function niceRatio(value: number | null): string {
  if (value === null) return UNKNOWN;
  const bad = 1 - value;
  // Two significant digits of what is missing to 100%.
  const digits = bad <= 0 ? 0 : Math.min(8, Math.max(0, Math.ceil(-Math.log10(bad)) - 1) + 1);
  return `${trimZeros((value * 100).toFixed(digits))}%`;
}

export function burnText(burn: number | null): string {
  if (burn === null) return UNKNOWN;
  return burn !== 0 && burn < 0.005 ? '<0.01x' : rate(burn);
}

export function countText(value: number | null): string {
  if (value === null) return UNKNOWN;
  const rounded = Math.abs(value) < 10 ? Number(value.toFixed(1)) : Math.round(value);
  return String(rounded)
    .replace('-', '−')
    .replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
}

export function durationText(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  return seconds < 0 ? `−${formatDuration(-seconds * 1000)}` : formatDuration(seconds * 1000);
}

/** `2026-03-01 10:15 UTC` from RFC 3339. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function trimZeros(text: string): string {
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
}
