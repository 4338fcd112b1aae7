import type { Measurement, Recorder } from '../core/recorder.ts';

/** Enough for the releases of a day; a measurement of a day with groups stays below a megabyte. */
const MAX_ANALYSES = 200;
const MAX_BUCKETS = 24 * 60;

/** The newest measurement of each SLO of the newest analyses, in memory: a restart forgets them, no verdict needs them. */
export class RecentAnalyses implements Recorder {
  readonly #analyses = new Map<string, Map<string, Measurement>>();

  record(measurement: Measurement): void {
    const { analysis, slo } = measurement;
    const found = this.#analyses.get(analysis) ?? new Map<string, Measurement>();
    // Re-inserted, so that the map's order is that of use and the oldest goes first.
    this.#analyses.delete(analysis);
    this.#analyses.set(analysis, found);
    found.set(slo, slim(measurement));
    for (const oldest of this.#analyses.keys()) {
      if (this.#analyses.size <= MAX_ANALYSES) break;
      this.#analyses.delete(oldest);
    }
  }

  find(analysis: string): readonly Measurement[] {
    return [...(this.#analyses.get(analysis)?.values() ?? [])];
  }
}

/** Without the counts of single groups, which are most of the memory; the judgement keeps those that matter. */
function slim(measurement: Measurement): Measurement {
  const { judged } = measurement;
  if (judged === undefined) return measurement;
  const buckets = judged.observation.buckets.slice(-MAX_BUCKETS).map(({ time, canary, stable, flaw }) => ({
    time,
    canary,
    stable,
    ...(flaw === undefined ? {} : { flaw }),
  }));
  return { ...measurement, judged: { ...judged, observation: { ...judged.observation, buckets } } };
}
