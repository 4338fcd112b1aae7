import { z } from 'zod';
import { parse } from 'yaml';
import { EVERYTHING, type Grants } from '../core/grants.ts';
import { invalid, shown, valid, type Issue, type Parsed } from '../core/parsed.ts';

/** Judges may ask for analyses and read; readers only read reports. */
export type Role = 'judge' | 'reader';

/** One caller, however it proves who it is. */
export interface CallerRule {
  readonly name: string;
  readonly role: Role;
  readonly grants: Grants;
  /** Calls of any kind within a minute; null: only the limits of the process. */
  readonly callsPerMinute: number | null;
  /** Calls answered at once. */
  readonly concurrency: number | null;
}

/** Who signs tokens that we accept (OpenID Connect, Kubernetes service accounts), and whom they name. */
export interface IdentityRule {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's keys are; absent: its discovery document says. */
  readonly jwks: { readonly kind: 'discovery' } | { readonly kind: 'url' | 'file'; readonly at: string };
  /** File with the bearer token that the keys are fetched with, as a cluster's API server wants one. */
  readonly bearerFile?: string;
  readonly callers: readonly { readonly claim: string; readonly value: string; readonly caller: string }[];
}

export interface AccessRules {
  readonly callers: readonly CallerRule[];
  readonly identities: readonly IdentityRule[];
  /** Whether `/metrics` wants a token of a caller without limits; it names every SLO. */
  readonly metrics: 'open' | 'token';
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const name = z.string().regex(NAME, 'a name of at most 64 letters, digits, ".", "_" and "-"');
const PATTERN = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,252})\*?$|^\*$/;
const patterns = z
  .array(z.string().regex(PATTERN, 'a name, or the beginning of one and "*"'))
  .max(200)
  .optional();

const callerSchema = z.strictObject({
  name,
  role: z.enum(['judge', 'reader']).default('judge'),
  namespaces: patterns,
  services: patterns,
  slos: patterns,
  callsPerMinute: z.number().int().min(1).max(1_000_000).optional(),
  concurrency: z.number().int().min(1).max(10_000).optional(),
});

const url = z.url({ protocol: /^https$/, error: 'an https URL' });
const identitySchema = z.strictObject({
  issuer: z
    .url()
    .regex(/^https:\/\/|^http:\/\/127\.0\.0\.1(:|\/|$)/, 'the https URL that tokens carry as "iss"'),
  audience: z.string().min(1).max(500),
  jwksUrl: url.optional(),
  jwksFile: z.string().min(1).optional(),
  bearerFile: z.string().min(1).optional(),
  callers: z
    .array(
      z.strictObject({ claim: z.string().min(1).max(100), value: z.string().min(1).max(500), caller: name }),
    )
    .min(1)
    .max(500),
});

const accessSchema = z.strictObject({
  callers: z.array(callerSchema).min(1, 'at least one: without any nobody could call').max(1000),
  identities: z.array(identitySchema).max(20).default([]),
  metrics: z.enum(['open', 'token']).default('token'),
});

/** Reads the file of `--access` (YAML or JSON); all that is wrong with it at once. */
export function parseAccess(text: string): Parsed<AccessRules> {
  let raw: unknown;
  try {
    raw = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const [what = ''] = (error instanceof Error ? error.message : '').split('\n');
    return invalid({ path: '', given: shown(what), allowed: 'YAML without aliases' });
  }
  const parsed = accessSchema.safeParse(raw);
  if (!parsed.success) {
    return invalid(
      ...parsed.error.issues.map(({ path, message, input }) => ({
        path: path.map(String).join('.'),
        // Never what was given in full: a token may have come here by mistake.
        given: input === undefined ? 'what stands there' : typeof input,
        allowed: message,
      })),
    );
  }
  const issues = contradictions(parsed.data);
  if (issues.length > 0) return invalid(...issues);
  const { callers, identities, metrics } = parsed.data;
  return valid({
    callers: callers.map((one) => callerOf(one)),
    identities: identities.map(identityOf),
    metrics,
  });
}

type Raw = z.infer<typeof accessSchema>;

function contradictions({ callers, identities }: Raw): Issue[] {
  const names = callers.map((caller) => caller.name);
  const twice = names
    .filter((one, index) => names.indexOf(one) !== index)
    .map((one) => ({ path: 'callers', given: `${one} twice`, allowed: 'each caller once' }));
  const identityIssues = identities.flatMap((identity, index): Issue[] => {
    const path = `identities.${String(index)}`;
    const strangers = identity.callers
      .filter(({ caller }) => !names.includes(caller))
      .map(({ caller }) => ({
        path: `${path}.callers`,
        given: caller,
        allowed: `one of ${names.join(', ')}`,
      }));
    if (identity.jwksUrl === undefined || identity.jwksFile === undefined) return strangers;
    return [...strangers, { path, given: 'jwksUrl and jwksFile', allowed: 'one of them' }];
  });
  return [...twice, ...identityIssues];
}

function callerOf(raw: Raw['callers'][number]): CallerRule {
  const { namespaces, services, slos, callsPerMinute, concurrency } = raw;
  return {
    name: raw.name,
    role: raw.role,
    grants: {
      namespaces: namespaces ?? EVERYTHING.namespaces,
      services: services ?? EVERYTHING.services,
      slos: slos ?? EVERYTHING.slos,
    },
    callsPerMinute: callsPerMinute ?? null,
    concurrency: concurrency ?? null,
  };
}

function identityOf({
  issuer,
  audience,
  jwksUrl,
  jwksFile,
  bearerFile,
  callers,
}: Raw['identities'][number]): IdentityRule {
  return {
    issuer,
    audience,
    jwks:
      jwksUrl !== undefined
        ? { kind: 'url', at: jwksUrl }
        : jwksFile !== undefined
          ? { kind: 'file', at: jwksFile }
          : { kind: 'discovery' },
    ...(bearerFile === undefined ? {} : { bearerFile }),
    callers,
  };
}
