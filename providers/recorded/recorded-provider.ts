import { COHORTS, ROLES, type Role } from '../../src/core/counts.ts';
import { ProviderError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/parsed.ts';
import type { AccessReport, CountsRequest, Fetched, MetricsProvider } from '../../src/core/provider.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import type { RecordedTable } from '../../src/recording/read-table.ts';
import type { RecordingFiles } from './client.ts';
import { answerPods, answerRole, namesSides, settledUntil } from './parse.ts';
import type { RecordedQuery } from './query.ts';

/** One recording of a request, with the roles that it answers. */
interface Part {
  readonly query: RecordedQuery;
  readonly roles: Role[];
}

/** The provider on the port: recordings in, counts out. */
export class RecordedProvider implements MetricsProvider<RecordedQuery> {
  readonly #files: RecordingFiles;

  constructor(files: RecordingFiles) {
    this.#files = files;
  }

  async fetchCounts(request: CountsRequest<RecordedQuery>, signal: AbortSignal): Promise<Fetched> {
    const { bucketMs } = request.window;
    const answers = await Promise.all(
      partsOf(request.queries).map(async (part) => {
        return { ...part, table: await this.#files.load(part.query, bucketMs, signal) };
      }),
    );
    const until = newestSettled(answers.map(({ table }) => table));
    return {
      series: answers.flatMap(({ query, roles, table }) =>
        roles.flatMap((role) => answerRole(table, query.path, role, request)),
      ),
      ...podsOf(answers, request),
      complete: true,
      ...(until === null ? {} : { settledUntil: until }),
      queriesSent: answers.map(({ query, roles, table }) => describe(query, roles, table, request)),
      notes: answers.flatMap(({ query, table }) => notesOn(query, table, request)),
    };
  }

  async settlingLag(
    queries: CountsRequest<RecordedQuery>['queries'],
    signal: AbortSignal,
  ): Promise<DurationMs> {
    signal.throwIfAborted();
    return Math.max(0, ...ROLES.map((role) => queries[role]?.settlingLag ?? 0));
  }

  async checkAccess(
    queries: CountsRequest<RecordedQuery>['queries'],
    signal: AbortSignal,
  ): Promise<AccessReport> {
    signal.throwIfAborted();
    const found: string[] = [];
    for (const { query } of partsOf(queries)) {
      try {
        const { lines } = await this.#files.load(query, MINUTE, signal);
        if (lines.read > 0 && lines.dirty === lines.read) return nothingUnderstood(query);
        found.push(`${query.path} (${String(lines.read)} lines)`);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        return { ok: false, problem: error.message, remedy: error.remedy };
      }
    }
    return { ok: true, detail: `read ${found.join(', ')}` };
  }

  async close(): Promise<void> {
    this.#files.close();
  }
}

function recordingKey({ file, source }: RecordedQuery): string {
  return JSON.stringify([file, source]);
}

/** Roles of the same recording are one query. */
function partsOf(queries: CountsRequest<RecordedQuery>['queries']): Part[] {
  const parts = new Map<string, Part>();
  for (const role of ROLES) {
    const query = queries[role];
    if (query === undefined) continue;
    const key = recordingKey(query);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { query, roles: [role] });
    else part.roles.push(role);
  }
  return [...parts.values()];
}

/** A recording with a pod column tells pods apart without being asked. */
function podsOf(
  answers: readonly (Part & { readonly table: RecordedTable })[],
  request: CountsRequest<RecordedQuery>,
): Pick<Fetched, 'podSplit'> {
  const podSplit = answers.flatMap(({ query, roles, table }) =>
    roles.flatMap((role) => answerPods(table, query.path, role, request)),
  );
  return podSplit.length === 0 ? {} : { podSplit };
}

function newestSettled(tables: readonly RecordedTable[]): EpochMs | null {
  const ends = tables.flatMap((table) => settledUntil(table) ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** `recorded checkout.csv bad+total canary=abc stable=def`: what was compared, where one side is named. */
function describe(
  { path }: RecordedQuery,
  roles: readonly Role[],
  table: RecordedTable,
  { cohorts, scope, groupBy }: CountsRequest<RecordedQuery>,
): string {
  const bySide = namesSides(table);
  const words = ['recorded', bare(path), roles.join('+')];
  for (const side of COHORTS) {
    const wanted = cohorts[side];
    if (wanted === null) continue;
    const how = { exact: '=', prefix: '^=', suffix: '$=', any: '=any' }[wanted.match];
    words.push(bySide ? `${side}=${side}` : `${side}${how}${bare(wanted.value)}`);
  }
  if (scope.namespace !== undefined) words.push(`namespace=${bare(scope.namespace)}`);
  if (scope.cluster !== undefined) words.push(`cluster=${bare(scope.cluster)}`);
  if (groupBy !== undefined) words.push('by group');
  return words.join(' ');
}

/** Unquoted where nothing in it could be mistaken. */
function bare(text: string): string {
  return /^[\w./-]{1,80}$/.test(text) ? text : shown(text);
}

function notesOn(
  { path }: RecordedQuery,
  table: RecordedTable,
  { groupBy }: CountsRequest<RecordedQuery>,
): string[] {
  const notes = table.notes.map((note) => `${bare(path)}: ${note}`);
  if (groupBy !== undefined && table.lastTime !== null && !table.columns.has('group')) {
    notes.push(`${bare(path)}: no group column, so everything is one group, "ungrouped"`);
  }
  return notes;
}

function nothingUnderstood({ path }: RecordedQuery): AccessReport {
  return {
    ok: false,
    problem: `Not one line of ${path} was understood.`,
    remedy: 'Compare the format and the field names of the SLO file with a line of the log.',
  };
}
