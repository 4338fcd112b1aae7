import { shown } from '../../src/core/parsed.ts';
import { garbled } from './garbled.ts';

/** Sums of floating-point counters differ from whole numbers by this much at most. */
const ROUNDING = 1e-6;

/**
 * The number of events in a TypedValue that is no distribution. Negative counts, and whole numbers that a double
 * cannot hold, are no counts. Throws `provider-garbled`.
 */
export function countOf(value: unknown): number {
  const { value: name } = Object(value) as { value?: unknown };
  switch (name) {
    case 'int64Value':
      return wholeNumber(Reflect.get(Object(value), 'int64Value'));
    case 'doubleValue':
      return fromDouble(Reflect.get(Object(value), 'doubleValue'));
    default:
      throw garbled(`a value of the kind ${shown(name)} where a count was expected`);
  }
}

/** An int64: gRPC gives text, as a number would lose digits above 2^53. */
export function wholeNumber(raw: unknown): number {
  const text = typeof raw === 'number' ? String(raw) : raw;
  const count = typeof text === 'string' && /^\d{1,19}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(count)) throw garbled(`${shown(raw)} is no count (0 to 2^53 - 1)`);
  return count;
}

function fromDouble(raw: unknown): number {
  if (typeof raw !== 'number' || !Number.isFinite(raw) || raw < -ROUNDING || raw > Number.MAX_SAFE_INTEGER)
    throw garbled(`${shown(raw)} is no count`);
  const whole = Math.round(raw);
  return Math.max(0, Math.abs(raw - whole) < ROUNDING ? whole : raw);
}
