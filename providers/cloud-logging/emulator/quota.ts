import { grpc } from 'google-gax';
import { MINUTE, type EpochMs } from '../../../src/core/units.ts';
import { GrpcStatusError } from '../../_shared/google/emulator/grpc-status-error.ts';

/** What the documentation says of entries.list: 60 a minute and project, not to be raised. */
const CALLS_PER_MINUTE = 60;
/** Minutes; a look may also ask for what lies a little before its end. */
const ANOTHER_RUN = 100;

export interface QuotaOptions {
  readonly perMinute?: number;
  /**
   * The clock whose minutes count. 'asked': the minute up to which a call asks, for a caller in another process whose
   * clock is simulated: all that one look asks counts together. A clock that goes back is another run.
   */
  readonly clock?: (() => EpochMs) | 'asked';
}

/** Counts calls by project and minute, and refuses those beyond the limit. */
export class CallQuota {
  readonly #perMinute: number;
  readonly #clock: (() => EpochMs) | 'asked';
  /** Calls of the last minute in which a project was asked. */
  readonly #calls = new Map<string, { readonly minute: number; readonly calls: number }>();
  /** The most calls that one minute of one project has seen, refused ones too. */
  busiest = 0;
  refused = 0;

  constructor({ perMinute = CALLS_PER_MINUTE, clock = Date.now }: QuotaOptions = {}) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /**
   * Throws RESOURCE_EXHAUSTED past the limit.
   *
   * @param askedUntil end of the time that the call asks for
   */
  take(resourceNames: readonly string[], askedUntil: EpochMs): void {
    const minute = Math.floor((this.#clock === 'asked' ? askedUntil : this.#clock()) / MINUTE);
    for (const project of new Set(resourceNames.map((name) => name.split('/').slice(0, 2).join('/')))) {
      const known = this.#calls.get(project);
      const isSame = known !== undefined && minute <= known.minute && minute > known.minute - ANOTHER_RUN;
      const calls = isSame ? known.calls + 1 : 1;
      this.#calls.set(project, { minute: isSame ? known.minute : minute, calls });
      this.busiest = Math.max(this.busiest, calls);
      if (calls <= this.#perMinute) continue;
      this.refused += 1;
      throw new GrpcStatusError(
        grpc.status.RESOURCE_EXHAUSTED,
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service 'logging.googleapis.com'",
        { reason: 'RATE_LIMIT_EXCEEDED', metadata: { service: 'logging.googleapis.com' } },
      );
    }
  }
}
