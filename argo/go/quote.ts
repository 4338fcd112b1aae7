const NAMED: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '"': String.raw`\"`,
  '\\': '\\\\',
};

/**
 * Go's `strconv.Quote` without the outer quotes: how Argo escapes the value of an arg before it
 * pastes it into the metric's JSON. Some escapes (`\a`, `\x00`) are not JSON: such an arg makes the
 * metric unreadable for Argo too.
 */
export function goQuoted(text: string): string {
  let quoted = '';
  for (const character of text) {
    quoted += NAMED[character] ?? (isPrintable(character) ? character : hexEscape(character));
  }
  return quoted;
}

// strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII blank.
function isPrintable(character: string): boolean {
  return character === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character);
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return String.raw`\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return String.raw`\u${code.toString(16).padStart(4, '0')}`;
  return String.raw`\U${code.toString(16).padStart(8, '0')}`;
}
