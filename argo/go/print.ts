import type { GoValue } from './value.ts';

/** What Go's `%v` prints, e.g. `map[a:1 b:[x <nil>]]`; errors of Argo quote values this way. */
export function goPrint(value: GoValue): string {
  switch (value.type) {
    case 'nil':
      return '<nil>';
    case 'bool':
    case 'int':
    case 'int64':
    case 'string':
      return String(value.value);
    case 'float64':
      return printFloat(value.value);
    case 'time':
      return new Date(value.epochMs).toISOString();
    case 'slice':
      return `[${value.items.map(goPrint).join(' ')}]`;
    case 'map':
      return `map[${[...value.entries]
        .toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
        .map(([key, item]) => `${key}:${goPrint(item)}`)
        .join(' ')}]`;
  }
}

/** `%v` of a float64: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
