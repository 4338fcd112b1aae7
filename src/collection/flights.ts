import type { DurationMs, EpochMs } from '../core/units.ts';
import { untilAborted } from '../core/until-aborted.ts';

interface Flight<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  readonly since: EpochMs;
  callers: number;
  isOver: boolean;
}

/** Equal calls under way at the same time are one; it is given up only when all its callers have. */
export class Flights<T> {
  readonly #underWay = new Map<string | symbol, Flight<T>>();
  readonly #now: () => EpochMs;
  readonly #boards: DurationMs;

  /** @param boards for how long others may join: who comes later than that would wait for a call that may hang */
  constructor(now: () => EpochMs, boards: DurationMs) {
    this.#now = now;
    this.#boards = boards;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** The answer of the call under way for this key, else of a new one. Throws the signal's reason once aborted. */
  async join(
    key: string | symbol,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
    onShared: () => void = () => undefined,
  ): Promise<T> {
    signal.throwIfAborted();
    const found = this.#underWay.get(key);
    const isOpen = found !== undefined && this.#now() - found.since < this.#boards;
    if (isOpen) onShared();
    const flight = isOpen ? found : this.#start(key, start);
    flight.callers += 1;
    try {
      return await untilAborted(flight.answer, signal);
    } finally {
      flight.callers -= 1;
      if (flight.callers === 0) {
        this.#forget(key, flight);
        if (!flight.isOver) flight.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string | symbol, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const answer = Promise.resolve().then(async () => start(controller.signal));
    const flight: Flight<T> = { answer, controller, since: this.#now(), callers: 0, isOver: false };
    this.#underWay.set(key, flight);
    const forget = (): void => {
      flight.isOver = true;
      this.#forget(key, flight);
    };
    // Also takes the error of a call that all have given up.
    answer.then(forget, forget);
    return flight;
  }

  #forget(key: string | symbol, flight: Flight<T>): void {
    if (this.#underWay.get(key) === flight) this.#underWay.delete(key);
  }
}
