/** Draws progress on a terminal's stderr, at most ten times a second; silent elsewhere. `MB` counts bytes. */
export function progressBar(
  label: string,
  unit: 'MB' | 'runs' | 'pieces' = 'MB',
): {
  readonly onProgress: (done: number, all: number | null) => void;
  readonly end: () => void;
} {
  if (!process.stderr.isTTY) return { onProgress: () => undefined, end: () => undefined };
  const shown = (amount: number): string => (unit === 'MB' ? (amount / 1e6).toFixed(0) : String(amount));
  let drawn = 0;
  const started = performance.now();
  return {
    onProgress(done, all) {
      const now = performance.now();
      // What is over in half a second needs no bar.
      if (now - started < 500 || now - drawn < 100) return;
      drawn = now;
      const share =
        all === null ? '' : ` of ${shown(all)} (${((100 * done) / Math.max(1, all)).toFixed(0)}%)`;
      process.stderr.write(`\r${label}: ${shown(done)}${share} ${unit}\u001B[K`);
    },
    end() {
      if (drawn > 0) process.stderr.write('\r\u001B[K');
    },
  };
}
