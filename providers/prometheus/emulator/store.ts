/** A stored series; a `null` value is a stale marker. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [time: number, value: number | null])[];
}

/** Labels without the name. */
export function series(
  name: string,
  labels: Readonly<Record<string, string>>,
  samples: StoredSeries['samples'],
): StoredSeries {
  return { labels: { __name__: name, ...labels }, samples };
}

/** OpenMetrics for `promtool tsdb create-blocks-from openmetrics`; names of counters end in _total. */
export function openMetricsOf(stored: readonly StoredSeries[]): string {
  const byName = Map.groupBy(stored, ({ labels }) => labels['__name__'] ?? '');
  const lines = [...byName].flatMap(([name, group]) => [
    `# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'unknown'}`,
    ...group.flatMap(({ labels, samples }) => {
      const pairs = Object.entries(labels).filter(([label]) => label !== '__name__');
      const head = `${name}{${pairs.map(([label, value]) => `${label}="${escaped(value)}"`).join(',')}}`;
      return samples.flatMap(([time, value]) =>
        value === null ? [] : [`${head} ${String(value)} ${String(time / 1000)}`],
      );
    }),
  ]);
  return [...lines, '# EOF', ''].join('\n');
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
