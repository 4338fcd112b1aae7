import { percent } from '../core/conditions.ts';
import { NO_EVENTS, total, type Bucket, type Events } from '../core/counts.ts';
import type { Measurement } from '../core/recorder.ts';

/** An analysis for a terminal: the sentence, the queries, and a line a bucket. */
export function measurementsText(measurements: readonly Measurement[]): string {
  return measurements.map((each) => `${page(each)}\n`).join('\n');
}

function page({ slo, verdict, code, reason, at, judged }: Measurement): string {
  const lines = [`${verdict.toUpperCase()}  ${slo}  (${code}, judged as of ${iso(at)})`, reason];
  if (judged !== undefined) {
    lines.push(
      ...judged.queriesSent.map((query) => `query: ${query}`),
      ...judged.observation.notes.map((note) => `note: ${note}`),
    );
    lines.push('', 'time                  canary bad/all           stable bad/all');
    lines.push(...judged.observation.buckets.map((bucket) => row(bucket)));
  }
  return lines.join('\n');
}

function row({ time, canary, stable, flaw }: Bucket): string {
  return `${iso(time).slice(0, 19)}Z  ${cell(canary).padEnd(24)} ${cell(stable)}${flaw === undefined ? '' : `  ${flaw}`}`;
}

function cell(events: Events | null): string {
  if (events === null) return 'no data';
  const all = total(events ?? NO_EVENTS);
  return all === 0 ? '0/0' : `${String(events.bad)}/${String(all)} (${percent(events.bad / all)})`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
