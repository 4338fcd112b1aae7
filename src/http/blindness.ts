import type { ReasonCode } from '../core/codes.ts';
import { MINUTE, type EpochMs } from '../core/units.ts';

/** Codes that say nothing was judged because of us, of the source or of its counts; not those of a young or calm canary. */
const BLIND: ReadonlySet<ReasonCode> = new Set([
  'provider-unavailable',
  'provider-timeout',
  'provider-denied',
  'provider-quota',
  'provider-rejected',
  'provider-garbled',
  'invalid-scope',
  'deadline',
  'internal',
  'overloaded',
  'no-data',
  'stale-data',
  'clock-skew',
  'partial',
  'coverage',
] satisfies ReasonCode[]);

/** Nobody asks any more: the release is over, and so is its blindness. */
const FORGOTTEN_AFTER = 10 * MINUTE;

interface Since {
  readonly since: EpochMs;
  lastAsked: EpochMs;
}

/** For how long the analyses of each SLO have had no verdict on counts. There are as many entries as SLOs. */
export class Blindness {
  readonly #clock: () => EpochMs;
  readonly #blind = new Map<string, Since>();

  constructor(clock: () => EpochMs) {
    this.#clock = clock;
  }

  note(slo: string, code: ReasonCode): void {
    if (!BLIND.has(code)) {
      this.#blind.delete(slo);
      return;
    }
    const now = this.#clock();
    const known = this.#blind.get(slo);
    if (known === undefined || now < known.since) this.#blind.set(slo, { since: now, lastAsked: now });
    else known.lastAsked = now;
  }

  /** Seconds by SLO, of those that are blind now. */
  seconds(): ReadonlyMap<string, number> {
    const now = this.#clock();
    for (const [slo, { lastAsked }] of this.#blind)
      if (Math.abs(now - lastAsked) > FORGOTTEN_AFTER) this.#blind.delete(slo);
    return new Map([...this.#blind].map(([slo, { since }]) => [slo, Math.max(0, now - since) / 1000]));
  }
}
