import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** With such waits, and an analysis has several, an answer would come after the deadline of eight seconds anyway. */
const LONGEST_DELAY_MS = 2500;
/** Samples in a row: one slow moment is none. */
const RUN = 2;
/** Of the memory that the container, or V8, allows: what is left is for answering that there is none. */
const MOST_MEMORY = 0.9;
const SAMPLE_MS = 1000;

export interface Pressure {
  /** Worst delay of the event loop within the last second, in milliseconds. */
  readonly delayMs: number;
  /** Resident memory, as a share of what the container allows; 0 where nothing limits it. */
  readonly memory: number;
  /** The heap, as a share of V8's limit. */
  readonly heap: number;
}

/** What is too much; null: nothing. */
export function excessOf(
  { delayMs, memory, heap }: Pressure,
  longestDelayMs = LONGEST_DELAY_MS,
): string | null {
  if (delayMs > longestDelayMs) return `its event loop was held up for ${(delayMs / 1000).toFixed(1)} s`;
  if (memory > MOST_MEMORY || heap > MOST_MEMORY) return 'its memory is nearly used up';
  return null;
}

/** Watches this process, so that it turns analyses away while it still can. */
export class Overload {
  readonly #histogram = monitorEventLoopDelay({ resolution: 20 });
  readonly #timer: NodeJS.Timeout;
  #excess: string | null = null;
  #run = 0;

  /**
   * @param longestDelayMs wait of the event loop that is too much when it is met in two samples in a row
   * @param onExcess called when it begins to be too much: what can be made again may go
   */
  constructor(longestDelayMs = LONGEST_DELAY_MS, onExcess: () => void = () => undefined) {
    this.#histogram.enable();
    this.#timer = setInterval(() => {
      const found = excessOf(this.#read(), longestDelayMs);
      this.#run = found === null ? 0 : this.#run + 1;
      this.#excess = this.#run >= RUN ? found : null;
      if (this.#run === RUN) onExcess();
    }, SAMPLE_MS).unref();
  }

  /** Why new analyses are turned away now; null: they are not. */
  get excess(): string | null {
    return this.#excess;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #read(): Pressure {
    const delayMs = this.#histogram.max / 1e6;
    this.#histogram.reset();
    const allowed = process.constrainedMemory();
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
    // Without a limit the number is that of all address space.
    const memory = allowed > 0 && allowed < 2 ** 52 ? process.memoryUsage.rss() / allowed : 0;
    return { delayMs, memory, heap: used / most };
  }
}
