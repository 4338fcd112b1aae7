import type { Bucket } from '../core/counts.ts';
import type { Measurement, Recorder } from '../core/recorder.ts';
import { countedOf, partOf } from './history/encode-measurement.ts';
import type {
  AnalysisFilter,
  AnalysisPage,
  AnalysisRow,
  Look,
  StoredAnalysis,
} from './history/history-store.ts';
import { sizeOf } from './history/size-of.ts';
import { isVisible } from './history/visibility.ts';

/** Enough for the releases of a day. */
const MOST_ANALYSES = 200;
/** Of all measurements together; beyond it the oldest lose the counts of their groups. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_LOOKS = 500;

interface Entry {
  newest: Measurement;
  /** The newest with counts. */
  counted: Measurement | null;
  bytes: number;
  firstAt: number;
  looks: number;
  readonly lines: Look[];
  readonly service: string;
}

/**
 * The newest looks of the newest analyses, in memory: what a page shows the moment a verdict was given, and all there
 * is where no history is kept. A restart forgets them, no verdict needs them.
 */
export class RecentAnalyses implements Recorder {
  readonly #analyses = new Map<string, Map<string, Entry>>();
  /** Those with counts of groups or pods, in the order of use: the first lose them first. */
  readonly #whole = new Set<Entry>();
  readonly #serviceOf: (slo: string) => string;
  readonly #most: number;
  #bytes = 0;

  constructor(serviceOf: (slo: string) => string = () => '', most = MOST_BYTES) {
    this.#serviceOf = serviceOf;
    this.#most = most;
  }

  record(measurement: Measurement): void {
    const { analysis, slo } = measurement;
    const found = this.#analyses.get(analysis) ?? new Map<string, Entry>();
    // Re-inserted, so that the map's order is that of use and the oldest goes first.
    this.#analyses.delete(analysis);
    this.#analyses.set(analysis, found);
    this.#note(found, slo, measurement);
    for (const [oldest, entries] of this.#analyses) {
      if (this.#analyses.size <= MOST_ANALYSES) break;
      for (const entry of entries.values()) {
        this.#bytes -= entry.bytes;
        this.#whole.delete(entry);
      }
      this.#analyses.delete(oldest);
    }
    if (this.#bytes <= this.#most) return;
    for (const entry of this.#whole) {
      if (this.#bytes <= this.#most) break;
      this.#slim(entry);
    }
  }

  /** Null: not in memory. */
  find(analysis: string): StoredAnalysis | null {
    const found = this.#analyses.get(analysis);
    if (found === undefined) return null;
    const entries = [...found.values()].toSorted((a, b) => (a.newest.slo < b.newest.slo ? -1 : 1));
    return {
      rows: entries.map((entry) => rowOf(entry)),
      newest: entries.map(({ counted, newest }) => counted ?? newest),
      looks: entries.flatMap(({ lines }) => lines).toSorted((a, b) => b.at - a.at),
    };
  }

  /** The same list as that of a store, of what is in memory. */
  list(filter: AnalysisFilter): AnalysisPage {
    const rows = [...this.#analyses.values()]
      .flatMap((entries) => [...entries.values()])
      .map((entry) => rowOf(entry))
      .filter((row) => matches(row, filter))
      .toSorted((a, b) => b.lastAt - a.lastAt || (a.part < b.part ? 1 : -1));
    const items = rows.slice(0, filter.limit);
    const last = items.at(-1);
    return {
      items,
      next:
        rows.length > items.length && last !== undefined ? { lastAt: last.lastAt, part: last.part } : null,
    };
  }

  #note(found: Map<string, Entry>, slo: string, measurement: Measurement): void {
    const { at, verdict, code, reason, judged } = measurement;
    const bytes = sizeOf(measurement);
    const known = found.get(slo);
    const entry = known ?? {
      newest: measurement,
      counted: null,
      bytes: 0,
      firstAt: at,
      looks: 0,
      lines: [],
      service: this.#serviceOf(slo),
    };
    if (at >= entry.newest.at) entry.newest = measurement;
    if (judged !== undefined && at >= (entry.counted?.at ?? -Infinity)) {
      entry.counted = measurement;
      this.#bytes += bytes - entry.bytes;
      entry.bytes = bytes;
      // Re-inserted, as above.
      this.#whole.delete(entry);
      if (judged.observation.buckets.some(isSplit)) this.#whole.add(entry);
    }
    entry.firstAt = Math.min(entry.firstAt, at);
    entry.looks += 1;
    entry.lines.unshift({ slo, at, mode: judged?.question.mode ?? null, verdict, code, reason });
    entry.lines.length = Math.min(entry.lines.length, MOST_LOOKS);
    found.set(slo, entry);
  }

  #slim(entry: Entry): void {
    this.#whole.delete(entry);
    if (entry.counted?.judged === undefined) return;
    const slimmed = withoutGroups(entry.counted);
    if (entry.newest === entry.counted) entry.newest = slimmed;
    entry.counted = slimmed;
    const bytes = sizeOf(slimmed);
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }
}

/** Whether the counts of groups that were judged are still there; without them the evidence cannot be retraced. */
export function hasItsGroups({ judged }: Measurement): boolean {
  if (judged?.question.grouped !== true) return true;
  return judged.observation.buckets.every(
    ({ canary, stable, groups, flaw }) =>
      groups !== undefined || flaw !== undefined || (canary === null && stable === null),
  );
}

function isSplit({ groups, pods }: Bucket): boolean {
  return groups !== undefined || pods !== undefined;
}

/** Without the counts of single groups, which are most of the memory; the judgement keeps those that matter. */
function withoutGroups(measurement: Measurement): Measurement {
  const { judged } = measurement;
  if (judged === undefined) return measurement;
  const buckets = judged.observation.buckets.map(({ groups: _groups, pods: _pods, ...rest }) => rest);
  return { ...measurement, judged: { ...judged, observation: { ...judged.observation, buckets } } };
}

function rowOf({ newest, counted, firstAt, looks, service }: Entry): AnalysisRow {
  const { analysis, slo, release, verdict, code, reason, at } = newest;
  return {
    part: partOf(analysis, slo),
    analysis,
    slo,
    service,
    release,
    verdict,
    code,
    reason,
    firstAt,
    lastAt: at,
    looks,
    counted: counted?.judged === undefined ? null : countedOf(counted.judged.observation),
  };
}

function matches(row: AnalysisRow, filter: AnalysisFilter): boolean {
  const { slo, service, rollout, namespace, cluster, verdict, from, to, visible, after } = filter;
  const { release } = row;
  const same = (wanted: string | undefined, own: string | undefined): boolean =>
    wanted === undefined || wanted === own;
  if (!same(slo, row.slo) || !same(service, row.service) || !same(verdict, row.verdict)) return false;
  if (!same(rollout, release.rollout) || !same(namespace, release.namespace)) return false;
  if (!same(cluster, release.cluster)) return false;
  if ((from !== undefined && row.lastAt < from) || (to !== undefined && row.lastAt >= to)) return false;
  if (visible !== undefined && !isVisible(visible, row)) return false;
  if (after === undefined) return true;
  return row.lastAt < after.lastAt || (row.lastAt === after.lastAt && row.part < after.part);
}
