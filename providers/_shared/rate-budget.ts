import { ProviderError } from '../../src/core/errors.ts';
import { FairQueue } from '../../src/core/fair-queue.ts';
import { MINUTE, SECOND, formatDuration, type DurationMs, type EpochMs } from '../../src/core/units.ts';

export interface RateBudgetOptions {
  /** For messages and metrics: the project or organisation. */
  readonly name: string;
  /** What the API allows in any 60 seconds. */
  readonly callsPerMinute: number;
  /** Of these, calls left to the people who look at the same metrics. Default 0. */
  readonly reserve?: number;
  /** Calls under way at once. */
  readonly concurrency: number;
  /** Calls that may wait for a turn. Default 500. */
  readonly queue?: number;
  /** A call that cannot start within this time is refused at once. Default 5 s, as an analysis has 8. */
  readonly patience?: DurationMs;
  readonly now: () => EpochMs;
  /** Told what is left, whenever it changes. */
  readonly onLeft?: (calls: number) => void;
}

interface Waiter {
  readonly party: string;
  readonly expires: EpochMs;
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

const QUEUE = 500;
const PATIENCE: DurationMs = 5 * SECOND;
/** Rate limits refill within the minute; a longer wait is asked for anew, so that no odd header silences us for long. */
const LONGEST_BACK_OFF: DurationMs = 15 * MINUTE;
const LONGEST_PERIOD: DurationMs = 60 * MINUTE;

/**
 * One rate limit of a provider's API, shared by all analyses: at most `callsPerMinute - reserve` calls start within
 * any 60 seconds, and at most `concurrency` are under way.
 */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  readonly #limit: number;
  readonly #queue = new FairQueue<Waiter>();
  /** When the calls of the last minute started, oldest first. */
  #starts: EpochMs[] = [];
  #underWay = 0;
  #closedUntil: EpochMs = -Infinity;
  #told: { left: number; readonly resetAt: EpochMs } | null = null;
  /** When the API last told us something. */
  #saidAt: EpochMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RateBudgetOptions) {
    this.#options = options;
    this.#limit = options.callsPerMinute - (options.reserve ?? 0);
    if (!(this.#limit >= 1) || !(options.concurrency >= 1)) {
      throw new RangeError(
        `rate budget ${options.name}: ${String(options.callsPerMinute)} calls a minute less ${String(options.reserve ?? 0)} and ${String(options.concurrency)} at once leave no call`,
      );
    }
  }

  /**
   * Waits for a turn and resolves to the function that ends it. Parties (SLOs) take turns. Throws `provider-quota`,
   * retryable, where a turn cannot come within `patience` or too many wait; the signal's reason once aborted.
   */
  async take(signal: AbortSignal, party = ''): Promise<() => void> {
    signal.throwIfAborted();
    const now = this.#now();
    if (this.#queue.size === 0 && this.#freeAt(0, now) <= now && this.#underWay < this.#options.concurrency)
      return this.#start(now);
    const expires = now + (this.#options.patience ?? PATIENCE);
    const turn = this.#freeAt(this.#queue.ahead(party), now);
    if (turn > expires || this.#queue.size >= (this.#options.queue ?? QUEUE)) throw this.#refusal(turn, now);
    return this.#wait(signal, party, expires);
  }

  /** The API told us to wait (429, RESOURCE_EXHAUSTED): nobody calls before, for 15 minutes at most. */
  backOffUntil(time: EpochMs): void {
    const now = this.#now();
    if (!Number.isFinite(time) || time <= this.#closedUntil) return;
    this.#saidAt = now;
    this.#closedUntil = Math.min(time, now + LONGEST_BACK_OFF);
    this.#options.onLeft?.(this.left);
    this.#serve();
  }

  /** The API told us how many calls are left until when (`X-RateLimit-Remaining`, `-Reset`). */
  observe(left: number, resetAt: EpochMs): void {
    const now = this.#now();
    if (!(left >= 0) || !(resetAt > now)) return;
    const until = Math.min(resetAt, now + LONGEST_PERIOD);
    const told = this.#toldAt(now);
    this.#saidAt = Math.max(this.#saidAt, now);
    // Resets come in whole seconds from now, so the same one is told a little differently each time.
    if (told !== null && until < told.resetAt - SECOND) return;
    // Answers may overtake each other, and calls still under way may not be counted in this one.
    this.#told =
      told !== null && until <= told.resetAt + SECOND
        ? { left: Math.min(told.left, left), resetAt: told.resetAt }
        : { left: left - Math.max(0, this.#underWay - 1), resetAt: until };
    this.#options.onLeft?.(this.left);
    this.#serve();
  }

  /** Calls that may start now. */
  get left(): number {
    const now = this.#now();
    if (now < this.#closedUntil) return 0;
    const told = this.#toldAt(now);
    const own = this.#limit - this.#recent(now).length;
    return Math.max(0, told === null ? own : Math.min(own, told.left - (this.#options.reserve ?? 0)));
  }

  /** When a call with so many ahead of it may start, as far as the rate alone says. */
  #freeAt(ahead: number, now: EpochMs): EpochMs {
    const told = this.#toldAt(now);
    const held = told !== null && told.left - (this.#options.reserve ?? 0) <= ahead ? told.resetAt : now;
    const recent = this.#recent(now);
    const over = recent.length + ahead - this.#limit;
    // Beyond a whole minute's worth, the calls of one minute from now have to leave as well.
    const rounds = Math.floor(Math.max(0, over) / this.#limit);
    const oldest = over < 0 ? -Infinity : (recent[over % this.#limit] ?? now) + (rounds + 1) * MINUTE;
    return Math.max(this.#closedUntil, held, oldest);
  }

  /** The calls that still count; a clock set back must not hold us for longer than a minute. */
  #recent(now: EpochMs): EpochMs[] {
    const first = this.#starts.findIndex((time) => time > now - MINUTE);
    if (first !== 0) this.#starts = first === -1 ? [] : this.#starts.slice(first);
    if ((this.#starts.at(-1) ?? now) > now) this.#starts = this.#starts.map((time) => Math.min(time, now));
    return this.#starts;
  }

  /** The time; where it was set back, what the API said of times to come is void. */
  #now(): EpochMs {
    const now = this.#options.now();
    if (now < this.#saidAt - SECOND) {
      this.#closedUntil = -Infinity;
      this.#told = null;
      this.#saidAt = now;
    }
    return now;
  }

  #toldAt(now: EpochMs): { left: number; readonly resetAt: EpochMs } | null {
    if (this.#told !== null && this.#told.resetAt <= now) this.#told = null;
    return this.#told;
  }

  #start(now: EpochMs): () => void {
    this.#recent(now).push(now);
    if (this.#told !== null) this.#told.left -= 1;
    this.#underWay += 1;
    this.#options.onLeft?.(this.left);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#underWay -= 1;
      this.#serve();
    };
  }

  async #wait(signal: AbortSignal, party: string, expires: EpochMs): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        party,
        expires,
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(this.#start(this.#now()));
        },
        refuse: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      const onAbort = (): void => {
        this.#queue.remove(party, waiter);
        waiter.refuse(signal.reason as Error);
        this.#serve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(party, waiter);
      this.#serve();
    });
  }

  /** Starts who may start, refuses who has waited too long, and wakes up when that changes next. */
  #serve(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    while (this.#queue.size > 0 && this.#underWay < this.#options.concurrency && this.#freeAt(0, now) <= now)
      this.#queue.shift()?.start();
    const next = this.#freeAt(0, now);
    for (const waiter of this.#queue.items()) {
      if (waiter.expires > now && next <= waiter.expires) continue;
      this.#queue.remove(waiter.party, waiter);
      waiter.refuse(this.#refusal(next, now));
    }
    if (this.#queue.size === 0) return;
    const expiry = Math.min(...this.#queue.items().map(({ expires }) => expires));
    // Where only a call under way holds us up, its end serves the next.
    const wake = next > now ? Math.min(next, expiry) : expiry;
    this.#timer = setTimeout(() => {
      this.#serve();
    }, wake - now);
  }

  #refusal(next: EpochMs, now: EpochMs): ProviderError {
    const { name, concurrency } = this.#options;
    const when =
      next > now
        ? `the next call is free in ${formatDuration(next - now)} (${new Date(next).toISOString()})`
        : `${String(this.#underWay)} calls are under way and ${String(this.#queue.size)} wait`;
    return new ProviderError({
      code: 'provider-quota',
      message: `the rate budget ${name} is spent (${String(this.#limit)} calls a minute, ${String(concurrency)} at once): ${when}`,
      remedy: 'the next look asks again; if it stays so, have the quota raised or ask less often',
      retryable: true,
    });
  }
}
