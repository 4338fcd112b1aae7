import { untilAborted } from '../../core/until-aborted.ts';
import { SECOND, type DurationMs } from '../../core/units.ts';

/**
 * `now`: at most one for each SLO, and everybody wants it, the gauges too: it is made though nobody waits any longer.
 * `past`: as many as there are times to ask for, each wanted by who asked only.
 */
export type Lane = 'now' | 'past';

/** Too many wait already. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Work that is done once for all who wait for it. */
export interface Shared<T> {
  readonly result: Promise<T>;
  /** True: nobody waited for it any longer, and it was given up. */
  readonly abandoned: () => boolean;
  /** Says that one more waits; the answer says that this one does no longer. */
  readonly enter: () => () => void;
}

export interface QueueTerms {
  /** Of the past; each is some seconds of work, and nobody waits for minutes. */
  readonly mostWaiting: number;
  /** A first report of many SLOs reads weeks of counts from slow sources. */
  readonly longest: DurationMs;
  /** How long a running one of the past that nobody waits for goes on. */
  readonly grace: DurationMs;
}

/** Made at once, so that a page of a hundred SLOs does not spend the sources' rate budgets. */
const AT_ONCE = 4;
/** The past gets half: however many ask for it, the reports of now go on. */
const PAST_AT_ONCE = 2;
/** Who is told to come again does so after ten seconds, and finds what went on meanwhile. */
export const QUEUE_TERMS: QueueTerms = { mostWaiting: 100, longest: 60 * SECOND, grace: 15 * SECOND };

/** Does work in turn, that of now before that of the past. Bounded: see `Lane` and `QueueTerms`. */
export class ReportQueue {
  readonly #terms: QueueTerms;
  readonly #waiting: Readonly<Record<Lane, Set<() => void>>> = { now: new Set(), past: new Set() };
  readonly #running: Record<Lane, number> = { now: 0, past: 0 };

  constructor(terms: QueueTerms) {
    this.#terms = terms;
  }

  /** Throws `QueueFull`. */
  add<T>(lane: Lane, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    if (lane === 'past' && this.#waiting.past.size >= this.#terms.mostWaiting) throw new QueueFull();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = new AbortController();
    const start = (): void => {
      resolve(this.#run(lane, work, giveUp.signal));
    };
    this.#waiting[lane].add(start);
    this.#next();
    const leave = (): void => {
      giveUp.abort(new Abandoned());
      if (this.#waiting[lane].delete(start)) reject(giveUp.signal.reason);
    };
    const grace = (): DurationMs => (this.#waiting[lane].has(start) ? 0 : this.#terms.grace);
    const waiters = new Waiters(grace, lane === 'now' ? () => undefined : leave);
    const end = (): void => {
      waiters.end();
    };
    // Whoever waits hears of a failure; if nobody waits any longer, nobody has to.
    promise.then(end, end);
    return { result: promise, abandoned: () => giveUp.signal.aborted, enter: () => waiters.enter() };
  }

  async #run<T>(lane: Lane, work: (signal: AbortSignal) => Promise<T>, giveUp: AbortSignal): Promise<T> {
    const signal = AbortSignal.any([giveUp, AbortSignal.timeout(this.#terms.longest)]);
    try {
      // Work that does not heed its signal gives its place back all the same.
      return await untilAborted(work(signal), signal);
    } finally {
      this.#running[lane] -= 1;
      this.#next();
    }
  }

  #next(): void {
    for (const lane of ['now', 'past'] as const) {
      for (const start of this.#waiting[lane]) {
        const { now, past } = this.#running;
        if (now + past >= AT_ONCE || (lane === 'past' && past >= PAST_AT_ONCE)) break;
        this.#waiting[lane].delete(start);
        this.#running[lane] += 1;
        start();
      }
    }
  }
}

/** Tells once nobody has waited for the grace. */
class Waiters {
  readonly #grace: () => DurationMs;
  readonly #onNone: () => void;
  #count = 0;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(grace: () => DurationMs, onNone: () => void) {
    this.#grace = grace;
    this.#onNone = onNone;
  }

  enter(): () => void {
    this.#count += 1;
    clearTimeout(this.#timer);
    return () => {
      this.#count -= 1;
      if (this.#count > 0 || this.#ended) return;
      const left = this.#grace();
      if (left > 0) this.#timer = setTimeout(this.#onNone, left).unref();
      else this.#onNone();
    };
  }

  /** The work is done: there is nothing to wait for. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }
}
