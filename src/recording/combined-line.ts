import { splitRequest } from './endpoint.ts';

/** One line of the common or combined log format, cut but not yet understood. */
export interface CombinedLine {
  /** Before the time: host, ident, user (and a virtual host in front). */
  readonly before: string;
  readonly time: string;
  readonly request: string;
  readonly status: string;
  readonly bytes: string;
  /** Behind the size: referer, user agent and whatever the server adds. */
  readonly rest: string;
}

/** Where a time begins: a bracket, two digits of the day, a slash. */
const TIME_START = /(?:^| )\[(?=\d\d\/)/;

/**
 * Cuts a line of nginx's or Apache's `common`, `combined` or `vhost_combined` format, with any additions
 * at the end; null where it has not this form. Quotes inside the request must be escaped (`\"` or `\x22`,
 * as both servers do): where they are not, fields cannot be told apart and the line is not understood.
 */
export function parseCombined(line: string): CombinedLine | null {
  const start = TIME_START.exec(line);
  if (start === null) return null;
  const timeAt = start.index + start[0].length;
  const timeEnd = line.indexOf('] "', timeAt);
  if (timeEnd === -1) return null;
  const requestAt = timeEnd + 3;
  const requestEnd = closingQuote(line, requestAt);
  if (requestEnd === -1) return null;
  const tail = /^ (\d{3}|-) (\d+|-)(?= |$)/.exec(line.slice(requestEnd + 1, requestEnd + 40));
  if (tail === null) return null;
  const [whole, status = '-', bytes = '-'] = tail;
  return {
    before: line.slice(0, start.index),
    time: line.slice(timeAt, timeEnd),
    request: line.slice(requestAt, requestEnd),
    status,
    bytes,
    rest: line.slice(requestEnd + 1 + whole.length),
  };
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at !== -1; at = line.indexOf('"', at + 1)) {
    let escapes = 0;
    while (at - 1 - escapes >= from && line[at - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return -1;
}

interface Token {
  /** Set for `rt=0.123` and `uct="0.001"`. */
  readonly key?: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** A key, then a quoted, bracketed or bare value, up to the next blank. No part of it can run over another. */
const TOKEN = /(?:([A-Za-z_][\w.-]*)=)?(?:"((?:[^"\\]|\\.)*)"|\[([^\][]*)\]|(\S*))(?: +|$)/y;

/** The fields behind the size: bare, "quoted", [bracketed] or key=value. */
function tokensOf(rest: string): Token[] {
  const tokens: Token[] = [];
  const text = rest.trim();
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null || found[0] === '') break;
    const [whole, key, quoted, bracketed, bare = ''] = found;
    const value = quoted === undefined ? (bracketed ?? bare) : quoted.replaceAll(/\\(["\\])/g, '$1');
    tokens.push({
      ...(key === undefined ? {} : { key }),
      value,
      quoted: quoted !== undefined && key === undefined,
    });
    at += whole.length;
  }
  return tokens;
}

export type CombinedField = (line: CombinedLine) => string | undefined;

/** Field names that every line has; others are `last`, `last-N`, `extra-N`, or the key of a `key=value`. */
const NAMED: Readonly<Record<string, CombinedField>> = {
  host: (line) => line.before.split(' ')[0],
  request: (line) => line.request,
  method: (line) => splitRequest(line.request).method,
  path: (line) => splitRequest(line.request).path,
  protocol: (line) => splitRequest(line.request).protocol,
  status: (line) => line.status,
  bytes: (line) => line.bytes,
  referer: (line) => agents(tokensOf(line.rest))[0]?.value,
  userAgent: (line) => agents(tokensOf(line.rest))[1]?.value,
};

/** The reader of one field by its name; `-` and empty are undefined. */
export function combinedField(name: string): CombinedField {
  const read = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  const find = read ?? addedField(name);
  return (line) => {
    const value = find(line);
    return value === undefined || value === '' || value === '-' ? undefined : value;
  };
}

function addedField(name: string): CombinedField {
  const [, fromEnd, back, , extra] = /^(?:(last)(?:-(\d+))?|(extra)-(\d+))$/.exec(name) ?? [];
  if (fromEnd !== undefined) return (line) => tokensOf(line.rest).at(-1 - Number(back ?? 0))?.value;
  if (extra !== undefined) {
    return (line) => {
      const tokens = tokensOf(line.rest);
      return tokens[agents(tokens).length + Number(extra) - 1]?.value;
    };
  }
  return (line) => tokensOf(line.rest).find((token) => token.key === name)?.value;
}

/** Referer and user agent: the first two fields where both are quoted (combined), else none (common). */
function agents(tokens: readonly Token[]): readonly Token[] {
  const [referer, agent] = tokens;
  return referer?.quoted === true && agent?.quoted === true ? [referer, agent] : [];
}
