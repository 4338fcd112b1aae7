/** Long enough to be worth the switch, short enough for other requests and probes to be answered meanwhile. */
const TURN_MS = 12;

/** Lets long work of a request give way to others, so that one release of 500 groups does not stop all looks. */
export class Turns {
  #since = performance.now();

  /** Gives way if this turn has been long; throws the signal's reason once it is aborted. */
  async pause(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    this.#since = performance.now();
  }
}
