import { untilAborted } from '../core/until-aborted.ts';

/**
 * Lets large work of several requests through one after the other, in the order in which they came, so that memory
 * is that of one. Those that wait are at most the requests in flight, which the service bounds.
 */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Throws the signal's reason once it is aborted, also while it waits. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const done = (async () => {
      await before;
      signal.throwIfAborted();
      return work();
    })();
    // The next one waits for the end, whatever it was.
    this.#last = done.catch(() => undefined);
    return untilAborted(done, signal);
  }
}
