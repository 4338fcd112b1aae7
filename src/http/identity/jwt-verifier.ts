import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Denial, Identified, Principal, TokenVerifier } from './principal.ts';

/** One issuer whose tokens are accepted. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's public keys as they are now; rejects where they cannot be had. */
  readonly keys: () => Promise<JSONWebKeySet>;
  /** The first whose claim has the value is who calls. */
  readonly callers: readonly {
    readonly claim: string;
    readonly value: string;
    readonly principal: Principal;
  }[];
}

/** Clocks of two machines in order differ by less. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** Asymmetric signatures only: with a shared secret, who can check a token could make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** A flood of unknown key ids, or an issuer that is away, must not become a flood of calls to it. */
const REFETCH_MS = 30_000;
const RETRY_MS = 5_000;
/** Keys of this age are read again behind the calls: withdrawn ones stop working then, if the issuer can be reached. */
const MAX_AGE_MS = 3_600_000;
/** Keys that could not be read again for so long are used no more. */
const USELESS_AGE_MS = 24 * 3_600_000;

interface Known {
  readonly keys: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/** What is known of an issuer's keys; of a fetch that failed, when. */
interface KeyState {
  known: Known | null;
  fetching: Promise<Known> | null;
  failedAt: number;
}

/** JSON Web Tokens of OpenID Connect providers and of Kubernetes service accounts (RFC 7519, RFC 8725). */
export class JwtVerifier implements TokenVerifier {
  readonly #issuers: readonly Issuer[];
  readonly #now: () => number;
  readonly #states = new Map<Issuer, KeyState>();

  constructor(issuers: readonly Issuer[], now: () => number) {
    this.#issuers = issuers;
    this.#now = now;
  }

  async verify(token: string): Promise<Identified | null> {
    if (token.split('.').length !== 3) return null;
    let claimed: JWTPayload;
    try {
      claimed = decodeJwt(token);
    } catch {
      return null;
    }
    // Which keys to try is all that is believed of a token before its signature is checked.
    const issuers = this.#issuers.filter(({ issuer }) => issuer === claimed.iss);
    if (issuers.length === 0) return { ok: false, denial: 'unknown-token' };
    let last: Identified = { ok: false, denial: 'unknown-caller' };
    for (const issuer of issuers) {
      last = await this.#check(token, issuer);
      if (last.ok) return last;
    }
    return last;
  }

  async #check(token: string, issuer: Issuer): Promise<Identified> {
    try {
      const payload = await this.#verified(token, issuer);
      const caller = issuer.callers.find(({ claim, value }) => holds(payload[claim], value));
      return caller === undefined
        ? { ok: false, denial: 'unknown-caller' }
        : { ok: true, principal: caller.principal };
    } catch (error) {
      return { ok: false, denial: denialOf(error) };
    }
  }

  async #verified(token: string, issuer: Issuer): Promise<JWTPayload> {
    const options = {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(this.#now()),
      requiredClaims: ['exp'],
    };
    const known = await this.#current(issuer);
    try {
      return (await jwtVerify(token, known.keys, options)).payload;
    } catch (error) {
      // A key we have not seen: the issuer may have rotated.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const fresh = await this.#keysOf(issuer, REFETCH_MS);
      if (fresh === known) throw error;
      return (await jwtVerify(token, fresh.keys, options)).payload;
    }
  }

  /** The keys in use; old ones are renewed without making anybody wait. */
  async #current(issuer: Issuer): Promise<Known> {
    const known = this.#states.get(issuer)?.known ?? null;
    const age = known === null ? Infinity : Math.abs(this.#now() - known.fetchedAt);
    if (known === null || age >= USELESS_AGE_MS) return this.#keysOf(issuer, USELESS_AGE_MS);
    if (age >= MAX_AGE_MS) void this.#keysOf(issuer, MAX_AGE_MS).catch(() => undefined);
    return known;
  }

  /** Keys not older than `maxAge`, or the last known ones while the issuer cannot be asked. */
  async #keysOf(issuer: Issuer, maxAge: number): Promise<Known> {
    const state = this.#states.get(issuer) ?? { known: null, fetching: null, failedAt: -Infinity };
    this.#states.set(issuer, state);
    const { known } = state;
    const now = this.#now();
    const isOfUse = known !== null && Math.abs(now - known.fetchedAt) < USELESS_AGE_MS;
    if (known !== null && Math.abs(now - known.fetchedAt) < maxAge) return known;
    if (Math.abs(now - state.failedAt) < RETRY_MS) {
      if (isOfUse) return known;
      throw new Error('the keys could not be read a moment ago');
    }
    state.fetching ??= this.#fetch(issuer, state);
    try {
      return await state.fetching;
    } catch (error) {
      if (isOfUse) return known;
      throw error;
    }
  }

  async #fetch(issuer: Issuer, state: KeyState): Promise<Known> {
    try {
      const keys = createLocalJWKSet(await issuer.keys());
      state.known = { keys, fetchedAt: this.#now() };
      return state.known;
    } catch (error) {
      state.failedAt = this.#now();
      throw error;
    } finally {
      state.fetching = null;
    }
  }
}

function holds(claim: unknown, value: string): boolean {
  return Array.isArray(claim) ? claim.includes(value) : claim === value;
}

function denialOf(error: unknown): Denial {
  if (error instanceof errors.JWTExpired) return 'expired';
  return error instanceof errors.JOSEError ? 'invalid-token' : 'keys-unavailable';
}
