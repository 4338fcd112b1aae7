import type { DurationMs, EpochMs } from '../../src/core/units.ts';
import { MINUTE } from '../../src/core/units.ts';
import type { Increment, Line, Sample, Span } from './line.ts';
import { Targets } from './targets.ts';

/** Grid of the questions about earlier times, so that their answers depend on a sample's time alone. */
export const CELL: DurationMs = 5 * MINUTE;

/** What is known from before the samples in hand. */
export interface Origins {
  /** The series as last read in the hour before `cell`. */
  before(key: string, cell: EpochMs): Sample | null;
  /** Whether the metric had been read for a while before `cell`, of whatever process. */
  wasWatched(cell: EpochMs): boolean;
}

/** A sample without a neighbour before it. */
interface Newcomer {
  readonly line: Line;
  readonly sample: Sample;
  readonly cell: EpochMs;
  /** No series of its process was read for as long. */
  readonly isSilent: boolean;
  /** Its process began anew meanwhile. */
  readonly isRestarted: boolean;
}

export interface Told {
  readonly increments: readonly Increment[];
  /** Events since the last read before a silence of the process; they count where reading resumed. */
  readonly bridged: number;
  /** First values that nothing tells how old they are; they count for nothing. */
  readonly unknown: number;
}

/**
 * Samples to events, for the samples in `span` of one reading of lines: the difference to the sample before, or the
 * value itself where the process began anew. The rules look back from each sample by fixed lengths only, so that the
 * same sample gives the same events whatever window is asked for. See docs/decisions/0015-prometheus-counts.md.
 *
 * @param reach neighbours are at most this far apart; the lines have to begin two of it before the span
 */
export class Reading {
  readonly #lines: readonly Line[];
  readonly #span: Span;
  readonly #reach: DurationMs;
  readonly #targets: Targets;

  constructor(lines: readonly Line[], span: Span, reach: DurationMs) {
    this.#lines = lines;
    this.#span = span;
    this.#reach = reach;
    this.#targets = new Targets(lines, reach);
  }

  /** Cells whose past has to be asked for before `tell` can tell. */
  openCells(): EpochMs[] {
    const cells = this.#newcomers().flatMap(({ cell, sample }) => (sample.all > 0 ? [cell] : []));
    return [...new Set(cells)].toSorted((a, b) => a - b);
  }

  tell(origins: Origins): Told {
    const increments: Increment[] = [];
    for (const line of this.#lines) {
      line.samples.forEach((sample, index) => {
        const before = this.#neighbour(line, index);
        if (before === null || !this.#isInSpan(sample)) return;
        const isNew = this.#targets.restarted(line.target, before.time, sample.time);
        increments.push(increment(line, sample, isNew ? null : before));
      });
    }
    const arrived = arrivals(this.#newcomers(), origins);
    return { ...arrived, increments: [...increments, ...arrived.increments] };
  }

  #newcomers(): Newcomer[] {
    const targets = this.#targets;
    return this.#lines.flatMap((line) =>
      line.samples.flatMap((sample, index): Newcomer[] => {
        if (!this.#isInSpan(sample) || this.#neighbour(line, index) !== null) return [];
        const { time } = sample;
        const from = time - this.#reach;
        return [
          {
            line,
            sample,
            cell: Math.floor((time - 1) / CELL) * CELL,
            isSilent: !targets.wasRead(line.target, from, time),
            isRestarted: targets.restarted(line.target, from, time),
          },
        ];
      }),
    );
  }

  #isInSpan({ time }: Sample): boolean {
    return time > this.#span.start && time <= this.#span.end;
  }

  #neighbour({ samples }: Line, index: number): Sample | null {
    const [before, sample] = [samples[index - 1], samples[index]];
    if (before === undefined || sample === undefined) return null;
    return sample.time - before.time <= this.#reach ? before : null;
  }
}

/**
 * What samples without a neighbour tell. A counter that appears while its process was being read, such as the first
 * error, counts from zero; so does a new process, if the metric was being watched before it. One that was seen within
 * the hour goes on from there.
 */
function arrivals(newcomers: readonly Newcomer[], origins: Origins): Told {
  const befores = newcomers.map(({ line, cell }) => origins.before(line.key, cell));
  // Which processes are known from before their silence, and which of these began anew during it.
  const returned = new Map<string, { sum: number; hasHalved: boolean }>();
  const nameOf = ({ line, sample }: Newcomer): string => `${line.target} ${String(sample.time)}`;
  newcomers.forEach((each, index) => {
    const before = befores[index] ?? null;
    if (before === null || !each.isSilent) return;
    const known = returned.get(nameOf(each)) ?? { sum: 0, hasHalved: false };
    returned.set(nameOf(each), known);
    known.sum += each.sample.all - before.all;
    known.hasHalved ||= each.sample.all < before.all && each.sample.all <= before.all / 2;
  });
  const increments: Increment[] = [];
  let [bridged, unknown] = [0, 0];
  newcomers.forEach((each, index) => {
    const { line, sample, cell, isSilent } = each;
    const before = befores[index] ?? null;
    const known = returned.get(nameOf(each));
    const isOfUnknownAge = before === null && isSilent && known === undefined;
    if (isOfUnknownAge && sample.all > 0 && !origins.wasWatched(cell)) {
      unknown += 1;
      return;
    }
    const isRestarted = each.isRestarted || known?.hasHalved === true || (known?.sum ?? 0) < 0;
    const added = increment(line, sample, isRestarted ? null : before);
    if (before !== null) bridged += added.most;
    increments.push(added);
  });
  return { increments, bridged, unknown };
}

/** `before` null: all of the value is new. A counter that fell began at zero. */
function increment(line: Line, sample: Sample, before: Sample | null): Increment {
  const base = before === null || sample.all < before.all ? { all: 0, low: 0, high: 0 } : before;
  const all = sample.all - base.all;
  // Buckets of a native histogram may be merged on the way, which moves bounds but no events.
  const low = clamp(sample.low - base.low, 0, all);
  const high = clamp(sample.high - base.high, low, all);
  switch (line.role) {
    case 'total':
      return { line, time: sample.time, least: all, most: all };
    case 'good':
      return { line, time: sample.time, least: low, most: high };
    case 'bad':
      return { line, time: sample.time, least: all - high, most: all - low };
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
