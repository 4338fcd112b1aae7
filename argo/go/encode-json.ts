import type { GoValue } from './value.ts';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': '\\\\',
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

// The set that encoding/json escapes with its HTML option on, which is the default.
// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f<>&\u2028\u2029]/gu;

/**
 * Writes a value as Go's `json.Marshal` does: keys sorted by their UTF-8 bytes, no blanks, and
 * `<`, `>`, `&` as `\u003c`, `\u003e`, `\u0026`. This is what ends up in `measurement.value`.
 */
export function encodeJson(value: GoValue): string {
  switch (value.type) {
    case 'nil':
      return 'null';
    case 'bool':
      return String(value.value);
    case 'int':
    case 'int64':
    case 'float64':
      return encodeNumber(value.value);
    case 'string':
      return encodeString(value.value);
    case 'time':
      return encodeString(new Date(value.epochMs).toISOString());
    case 'slice':
      return `[${value.items.map(encodeJson).join(',')}]`;
    case 'map':
      return `{${[...value.entries]
        .toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
        .map(([key, item]) => `${encodeString(key)}:${encodeJson(item)}`)
        .join(',')}}`;
  }
}

// Go switches to an exponent at 1e21 and below 1e-6, as ECMAScript does; only minus zero differs.
function encodeNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function encodeString(value: string): string {
  const body = value.replace(
    ESCAPED,
    (character) => SHORT_ESCAPES[character] ?? unicodeEscape(character.charCodeAt(0)),
  );
  return `"${body}"`;
}

function unicodeEscape(code: number): string {
  return String.raw`\u${code.toString(16).padStart(4, '0')}`;
}
