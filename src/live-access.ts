import { readFile } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { parseAccess, type AccessRules, type CallerRule } from './config/access.ts';
import { formatIssues } from './config/problem.ts';
import type { ServeSettings } from './config/settings.ts';
import { parseTokens, type TokenEntry } from './config/tokens.ts';
import type { Parsed } from './core/parsed.ts';
import { ANYBODY, identityBy, openIdentity, type Identify } from './http/identity/identity.ts';
import { readIssuerKeys } from './http/identity/issuer-keys.ts';
import type { Principal, TokenVerifier } from './http/identity/principal.ts';
import { digestToken, StaticTokens } from './http/identity/static-tokens.ts';

type Files = Pick<ServeSettings, 'tokens' | 'access'>;

/** Who may call, from the files of `--tokens` and `--access`, read again when they change. */
export class LiveAccess {
  readonly #files: Files;
  #text: string;
  #identify: Identify;
  #metricsOpen: boolean;

  private constructor(files: Files, content: Content) {
    this.#files = files;
    this.#text = content.text;
    this.#identify = content.identify;
    this.#metricsOpen = content.metricsOpen;
  }

  /** Throws `ConfigError`. */
  static async open(files: Files): Promise<LiveAccess> {
    return new LiveAccess(files, await readContent(files));
  }

  readonly identify: Identify = async (authorization) => this.#identify(authorization);

  get metricsOpen(): boolean {
    return this.#metricsOpen;
  }

  /** True where something changed. Throws `ConfigError` and keeps what it had where the new files are wrong. */
  async reload(): Promise<boolean> {
    const fresh = await readContent(this.#files);
    if (fresh.text === this.#text) return false;
    this.#text = fresh.text;
    this.#identify = fresh.identify;
    this.#metricsOpen = fresh.metricsOpen;
    return true;
  }
}

interface Content {
  /** What the files said, to see a change; keys of issuers are kept as long as nothing changes. */
  readonly text: string;
  readonly identify: Identify;
  readonly metricsOpen: boolean;
}

async function readContent({ tokens, access }: Files): Promise<Content> {
  if (tokens === undefined && access === undefined)
    return { text: '', identify: openIdentity(), metricsOpen: true };
  const tokenText = tokens === undefined ? '' : await readText('--tokens', tokens);
  const accessText = access === undefined ? '' : await readText('--access', access);
  const entries = tokens === undefined ? [] : parsed(tokens, parseTokens(tokenText));
  const rules = access === undefined ? null : parsed(access, parseAccess(accessText));
  return {
    text: JSON.stringify([tokenText, accessText]),
    identify: identityBy(await verifiersOf(entries, rules, tokens ?? '--tokens')),
    metricsOpen: rules === null || rules.metrics === 'open',
  };
}

async function verifiersOf(
  entries: readonly TokenEntry[],
  rules: AccessRules | null,
  tokens: string,
): Promise<TokenVerifier[]> {
  const callers = new Map((rules?.callers ?? []).map((caller) => [caller.name, principalOf(caller)]));
  const principalFor = (name: string): Principal => {
    if (rules === null) return { ...ANYBODY, name };
    const found = callers.get(name);
    if (found !== undefined) return found;
    throw new ConfigError(
      `${tokens}: given a token of ${name}, allowed the callers of --access: ${[...callers.keys()].join(', ')}`,
    );
  };
  const digests = entries.map(({ name, token }) => digestToken(principalFor(name), token));
  const issuers = (rules?.identities ?? []).map((identity) => ({
    issuer: identity.issuer,
    audience: identity.audience,
    keys: async () => readIssuerKeys(identity),
    callers: identity.callers.map(({ claim, value, caller }) => ({
      claim,
      value,
      principal: principalFor(caller),
    })),
  }));
  if (issuers.length === 0) return [new StaticTokens(digests)];
  // Costs ten megabytes, which a service without identity providers need not hold.
  const { JwtVerifier } = await import('./http/identity/jwt-verifier.ts');
  return [new StaticTokens(digests), new JwtVerifier(issuers, Date.now)];
}

function principalOf({ name, role, grants, callsPerMinute, concurrency }: CallerRule): Principal {
  return { name, role, grants, callsPerMinute, concurrency };
}

async function readText(flag: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new ConfigError(`${flag}: ${file} cannot be read (${code})`);
  });
}

function parsed<T>(file: string, result: Parsed<T>): T {
  if (result.ok) return result.value;
  throw new ConfigError(
    formatIssues(result.issues.map((issue) => ({ ...issue, path: `${file} ${issue.path}`.trim() }))),
  );
}
