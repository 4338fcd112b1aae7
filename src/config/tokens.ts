import { invalid, valid, type Issue, type Parsed } from '../core/parsed.ts';

/** One bearer token; the caller keeps only its hash. */
export interface TokenEntry {
  /** Who uses it, for the log. */
  readonly name: string;
  readonly token: string;
}

const SHORTEST = 16;
const LONGEST = 1024;
const MOST = 1000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** RFC 6750: what an Authorization header can carry. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Reads a token file: one `name:token` or `token` a line, `#` begins a comment line. A token without a name
 * is called `line-N`; a name may have several tokens, so that one can be changed without a gap. No issue ever shows a token.
 */
export function parseTokens(text: string): Parsed<readonly TokenEntry[]> {
  const issues: Issue[] = [];
  const entries: TokenEntry[] = [];
  const seen = new Map<string, number>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const entry = parseLine(trimmed, index + 1);
    const issue = 'allowed' in entry ? entry : repeated(entry, index + 1, seen);
    if (issue !== null) issues.push(issue);
    else if ('token' in entry) entries.push(entry);
  }
  if (issues.length > 0) return invalid(...issues);
  if (entries.length === 0)
    return invalid({
      path: '',
      given: 'no token',
      allowed: 'at least one: with an empty file nobody could call',
    });
  if (entries.length > MOST)
    return invalid({
      path: '',
      given: `${String(entries.length)} tokens`,
      allowed: `at most ${String(MOST)}`,
    });
  return valid(entries);
}

function parseLine(line: string, number: number): TokenEntry | Issue {
  const path = `line ${String(number)}`;
  const colon = line.indexOf(':');
  const name = colon < 0 ? `line-${String(number)}` : line.slice(0, colon).trim();
  const token = line.slice(colon + 1).trim();
  if (!NAME.test(name)) {
    return {
      path,
      given: 'a name that is none',
      allowed: 'name:token, the name of at most 64 letters, digits, ".", "_" and "-"',
    };
  }
  if (token.length < SHORTEST || token.length > LONGEST) {
    const allowed = `${String(SHORTEST)} to ${String(LONGEST)} characters; \`openssl rand -hex 32\` makes one`;
    return { path, given: `a token of ${String(token.length)} characters`, allowed };
  }
  if (!TOKEN.test(token)) {
    return {
      path,
      given: 'a token with characters that a header cannot carry',
      allowed: 'letters, digits and "-._~+/", "=" at the end',
    };
  }
  return { name, token };
}

function repeated({ token }: TokenEntry, number: number, seen: Map<string, number>): Issue | null {
  const path = `line ${String(number)}`;
  const sameToken = seen.get(token);
  seen.set(token, sameToken ?? number);
  if (sameToken !== undefined)
    return { path, given: `the token of line ${String(sameToken)}`, allowed: 'each token once' };
  return null;
}
