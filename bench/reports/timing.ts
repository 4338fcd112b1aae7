/** Median and 99th percentile in milliseconds. */
export interface Times {
  readonly medianMs: number;
  readonly p99Ms: number;
}

function timesOf(samples: readonly number[]): Times {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { medianMs: at(0.5), p99Ms: at(0.99) };
}

/** Runs something several times, one after the other. */
export async function timed(runs: number, work: (run: number) => Promise<unknown>): Promise<Times> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const begin = performance.now();
    await work(run);
    samples.push(performance.now() - begin);
  }
  return timesOf(samples);
}

export function shown({ medianMs, p99Ms }: Times): string {
  return `median ${medianMs.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
}
