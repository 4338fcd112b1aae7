import { ConfigError } from '../config-error.ts';
import { parseDatabaseUrl } from '../config/history-values.ts';
import { loadSlos } from '../config/load-slos.ts';
import { formatProblems } from '../config/problem.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { Slo } from '../core/slo.ts';
import { openProviders } from '../open-providers.ts';
import { PROVIDERS } from '../registry.ts';
import { HourCache } from '../reports/budget/hour-cache.ts';
import { ReportService } from '../reports/budget/report-service.ts';
import { History } from '../reports/history/history.ts';
import { RecentAnalyses } from '../reports/recent.ts';
import { openStore, type StorePlace } from '../reports/store/open-store.ts';
import type { SqlHistory } from '../reports/store/sql-history.ts';
import { MINUTE } from '../core/units.ts';
import { must } from './policy-flags.ts';

export interface ReportSourceFlags {
  readonly slos: string;
  readonly data?: string;
  readonly databaseUrl?: string;
  readonly cluster?: string;
}

/** What a report on the command line is made of. */
export interface ReportSource {
  readonly slos: readonly Slo[];
  readonly reports: ReportService;
  readonly history: History;
  /** Null: no history was named. */
  readonly store: SqlHistory | null;
  close(): Promise<void>;
}

/** Opens SLO files, their providers and the history. Throws `ConfigError`. */
export async function openReportSource(
  flags: ReportSourceFlags,
  env: NodeJS.ProcessEnv,
): Promise<ReportSource> {
  const loaded = await loadSlos(flags.slos, PROVIDERS);
  if (!loaded.ok) throw new ConfigError(formatProblems(loaded.problems));
  const { slos } = loaded;
  const store = await openHistory(flags, env);
  const providers = await openProviders(slos, {
    definitions: PROVIDERS,
    env,
    warn: (provider, _fields, message) => {
      process.stderr.write(`burngate: ${provider}: ${message}\n`);
    },
  });
  const history = new History({
    recent: new RecentAnalyses(),
    writer: null,
    reader: store === null ? null : async () => store,
    onReadFailure: (error) => {
      process.stderr.write(`burngate: the history cannot be read: ${String(error)}\n`);
    },
  });
  return {
    slos,
    history,
    store,
    reports: reportsOf(providers, history, flags.cluster),
    close: async () => {
      await store?.close();
      await Promise.all([...providers.values()].map(async (provider) => provider.close()));
    },
  };
}

async function openHistory(
  { data, databaseUrl }: ReportSourceFlags,
  env: NodeJS.ProcessEnv,
): Promise<SqlHistory | null> {
  const url = databaseUrl ?? (data === undefined ? env['DATABASE_URL'] : undefined);
  const place: StorePlace | null =
    url !== undefined && url !== ''
      ? { kind: 'postgres', url: must(parseDatabaseUrl(url)) }
      : data === undefined
        ? null
        : { kind: 'sqlite', folder: data };
  if (place === null) return null;
  try {
    return await openStore(place);
  } catch (error) {
    const what = place.kind === 'sqlite' ? `--data: ${place.folder}` : 'DATABASE_URL';
    throw new ConfigError(
      `${what} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function reportsOf(
  providers: ReadonlyMap<string, AnyProvider>,
  history: History,
  cluster: string | undefined,
): ReportService {
  return new ReportService({
    source: (slo) => ({
      providers,
      scope: slo.scope === 'global' || cluster === undefined ? {} : { cluster },
    }),
    cache: new HourCache(),
    analyses: async (slo, from, to) => history.analysesOf(slo, from, to),
    clock: Date.now,
    onReport: () => undefined,
    onFault: (error) => {
      process.stderr.write(`burngate: ${String(error)}\n`);
    },
    // Nobody waits on the other side: a slow source gets its time.
    patience: MINUTE,
    // Of one caller, who asks for each SLO once.
    queue: { mostWaiting: Infinity },
  });
}
