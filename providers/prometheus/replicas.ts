import type { Labels, RawSeries } from './answer.ts';
import { fault } from './fault.ts';
import { seriesKey } from './line.ts';

/**
 * Two servers that scrape the same processes store everything twice, and counting both would double the evidence.
 * Of series that differ in the replica labels alone, the first by name is kept: merging their samples would turn
 * each difference of their clocks into a reset.
 */
export function withoutReplicas(
  series: readonly RawSeries[],
  replicaLabels: readonly string[],
): { readonly series: readonly RawSeries[]; readonly dropped: number } {
  const kept = new Map<string, { readonly replica: string; readonly series: RawSeries }>();
  for (const each of series) {
    const [labels, replica] = split(each.labels, replicaLabels);
    const key = seriesKey(labels);
    const known = kept.get(key);
    if (known?.replica === replica) throw twice();
    if (known === undefined || replica < known.replica)
      kept.set(key, { replica, series: { ...each, labels } });
  }
  return { series: [...kept.values()].map((each) => each.series), dropped: series.length - kept.size };
}

function split(labels: Labels, replicaLabels: readonly string[]): [Labels, string] {
  const names = replicaLabels.filter((name) => Object.hasOwn(labels, name));
  if (names.length === 0) return [labels, ''];
  const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
  return [rest, JSON.stringify(names.map((name) => labels[name]))];
}

function twice(): Error {
  return fault(
    'provider-garbled',
    'The server gave two series with the same labels.',
    'Look for labels that the server drops from its answers, and for a deduplication that is switched off.',
    { retryable: true },
  );
}
