import { series, type StoredSeries } from './store.ts';

/** Counts of one bucket, as in a recording. */
export interface CountRow {
  readonly time: number;
  readonly hash: string;
  readonly group: string;
  readonly good: number;
  readonly bad: number;
}

export interface TruthOptions {
  readonly metric: string;
  /** Name of the Rollout, of which pods are called. */
  readonly rollout: string;
  readonly bucketMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Label that holds the group. */
  readonly groupLabel: string;
  /** Zeros at these times for whatever series has no such first event: those that were there before. */
  readonly zerosAt?: (hash: string) => readonly number[];
}

/** Counters whose samples at the end of each bucket tell its counts: one pod a hash, codes 200 and 500. */
export function storeOf(rows: readonly CountRow[], options: TruthOptions): StoredSeries[] {
  const { metric, rollout, labels, groupLabel, bucketMs } = options;
  const bySeries = Map.groupBy(
    rows.toSorted((a, b) => a.time - b.time),
    ({ hash, group }) => JSON.stringify([hash, group]),
  );
  return [...bySeries].flatMap(([key, own]) => {
    const [hash = '', group = ''] = JSON.parse(key) as string[];
    const pod = `${rollout}-${hash}-x7k2p`;
    const common = { ...labels, pod, instance: pod, rollouts_pod_template_hash: hash, [groupLabel]: group };
    return (['good', 'bad'] as const).map((kind) => {
      let sum = 0;
      const zeros = (options.zerosAt?.(hash) ?? []).map((time): [number, number] => [time, 0]);
      const samples = own.map((row): [number, number] => [row.time + bucketMs, (sum += row[kind])]);
      return series(metric, { ...common, code: kind === 'good' ? '200' : '500' }, [...zeros, ...samples]);
    });
  });
}
