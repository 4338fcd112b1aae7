import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Other people's data lies beside the repository; nothing of it is committed. */
const ROOT = new URL('../../../shared/data/', import.meta.url);

export const DATA_FILES = {
  /** 10,000 requests to a web server, elastic/examples (Apache-2.0). */
  elastic: 'access-logs/elastic-apache.csv',
  /** Five-minute buckets of a healthy service and of its faults, amazon-science PetShop (CC-BY-4.0). */
  petshopNormal: 'petshop/high-traffic-normal.csv',
  petshopFaults: 'petshop/high-traffic-faults.csv',
} as const;

export type DataFile = keyof typeof DATA_FILES;

/** Where a file is looked for, for messages. */
export function pathOf(file: DataFile): string {
  return fileURLToPath(new URL(DATA_FILES[file], ROOT));
}

export function isThere(file: DataFile): boolean {
  return existsSync(pathOf(file));
}

/** Rows by header name. */
function rowsOf(file: DataFile): Map<string, string>[] {
  const [head, ...lines] = readFileSync(pathOf(file), 'utf8').trim().split('\n');
  const names = (head ?? '').trim().split(',');
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return new Map(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** Whether each request of the log, in its order, was answered with 4xx or 5xx. */
export function elasticBad(): boolean[] {
  return rowsOf('elastic').map((row) => Number(row.get('status')) >= 400);
}

export interface Counted {
  readonly good: number;
  readonly bad: number;
}

function counted(row: ReadonlyMap<string, string>): Counted {
  return { good: Number(row.get('good')), bad: Number(row.get('bad')) };
}

export function petshopNormal(): Counted[] {
  return rowsOf('petshopNormal').map(counted);
}

/** The buckets during each injected fault, by its name. */
export function petshopFaults(): Map<string, Counted[]> {
  const faults = new Map<string, Counted[]>();
  for (const row of rowsOf('petshopFaults')) {
    if (row.get('phase') !== 'fault') continue;
    const name = row.get('issue') ?? '';
    faults.set(name, [...(faults.get(name) ?? []), counted(row)]);
  }
  return faults;
}
