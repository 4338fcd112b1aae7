import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { pino, type Logger } from 'pino';
import { analyze } from './analysis/analyze.ts';
import type { AnalysisDeps } from './analysis/deps.ts';
import { measured, type CallReport } from './collection/measured.ts';
import { ConfigError } from './config-error.ts';
import { loadSlos } from './config/load-slos.ts';
import { formatIssues, formatProblems, formatWarnings } from './config/problem.ts';
import type { ServeSettings } from './config/settings.ts';
import { parseTokens } from './config/tokens.ts';
import type { AnyProvider, AnyProviderDefinition } from './core/provider.ts';
import type { Slo } from './core/slo.ts';
import { createApp } from './http/app.ts';
import { digestToken, type TokenDigest } from './http/auth.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { verdictLine } from './http/verdict-line.ts';
import { openProviders } from './open-providers.ts';
import { RecentAnalyses } from './reports/recent.ts';

/** Analyses answered at once; at 64 KB a body and a window of counts each, they stay within tens of megabytes. */
const MAX_IN_FLIGHT = 256;
/** A whole request, headers and body: Argo gives up after ten seconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Node looks for requests over their time this often; its own default, half a minute, would triple that time. */
const TIMEOUT_CHECK_MS = 1000;
/** On SIGTERM, answers in flight get this long; the deadline of an analysis is shorter. */
const DRAIN_MS = 10_000;

export interface Running {
  readonly host: string;
  readonly port: number;
  /** Lets answers in flight end, then stops listening and closes the providers. */
  stop(): Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Wires everything and listens. Throws `ConfigError` before anything is opened. */
export async function serve(
  settings: ServeSettings,
  env: Env,
  definitions: readonly AnyProviderDefinition[],
): Promise<Running> {
  const log = createLog(settings);
  if (settings.data !== undefined)
    log.warn(
      { data: settings.data },
      'this release keeps the newest analyses in memory only; --data is accepted and not used yet',
    );
  const slos = await loadCatalog(settings, definitions, log);
  const tokens = settings.tokens === undefined ? [] : await readTokens(settings.tokens);
  const metrics = createMetrics();
  const health = new ProviderHealth(metrics);
  const opened = await openProviders(slos, {
    definitions,
    env,
    warn: (provider, fields, message) => {
      log.warn({ provider, ...fields }, message);
    },
  });
  const report = (call: CallReport): void => {
    health.note(call);
  };
  const providers = new Map([...opened].map(([name, provider]) => [name, measured(name, provider, report)]));
  const parts: Parts = { settings, slos, tokens, metrics, health, providers, log };
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    appOf(parts),
  );
  const { host, port } = await listen(server, settings);
  log.info({ host, port, slos: slos.length, providers: [...providers.keys()] }, 'ready');
  return { host, port, stop: async () => stop(server, providers, log) };
}

interface Parts {
  readonly settings: ServeSettings;
  readonly slos: readonly Slo[];
  readonly tokens: readonly TokenDigest[];
  readonly metrics: Metrics;
  readonly health: ProviderHealth;
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly log: Logger;
}

function appOf({ settings, slos, tokens, metrics, health, providers, log }: Parts): Express {
  const recent = new RecentAnalyses();
  const onFault = (error: unknown): void => {
    log.error({ err: error }, 'unforeseen fault');
  };
  const deps: AnalysisDeps = {
    catalog: { slos },
    providers,
    clock: Date.now,
    recorder: recent,
    cluster: settings.cluster,
    publicUrl: settings.publicUrl ?? '',
    onFault,
  };
  return createApp({
    analyze: async (request, signal) => analyze(request, deps, signal),
    clock: Date.now,
    deadlineMs: settings.deadline,
    maxInFlight: MAX_IN_FLIGHT,
    tokens,
    metrics,
    onAnswer: onAnswer(log, metrics, new Set(slos.map((slo) => slo.name))),
    readiness: () => ({ status: 'ready', slos: slos.length, providers: health.report() }),
    findAnalysis: (id) => recent.find(id),
    onFault,
  });
}

/** The last call of each provider, for `/readyz`, and all of them for `/metrics`. */
class ProviderHealth {
  readonly #metrics: Metrics;
  readonly #last = new Map<string, object>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  note({ provider, call, outcome, seconds }: CallReport): void {
    this.#last.set(provider, { call, outcome, at: new Date().toISOString() });
    this.#metrics.providerSeconds.observe({ provider, call, outcome }, seconds);
  }

  report(): Readonly<Record<string, object>> {
    return Object.fromEntries(this.#last);
  }
}

async function loadCatalog(
  settings: ServeSettings,
  definitions: readonly AnyProviderDefinition[],
  log: Logger,
): Promise<readonly Slo[]> {
  const loaded = await loadSlos(settings.slos, definitions);
  if (loaded.warnings.length > 0)
    log.warn({ warnings: formatWarnings(loaded.warnings).split('\n') }, 'SLO files load with warnings');
  if (!loaded.ok) throw new ConfigError(formatProblems(loaded.problems));
  return loaded.slos;
}

function createLog(settings: ServeSettings): Logger {
  // Synchronous and to stderr: the line of the last verdict before a SIGKILL is not lost in a buffer.
  return pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

async function readTokens(file: string): Promise<TokenDigest[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ConfigError(
      `--tokens: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  });
  const parsed = parseTokens(text);
  if (!parsed.ok)
    throw new ConfigError(
      formatIssues(parsed.issues.map((issue) => ({ ...issue, path: `${file} ${issue.path}` }))),
    );
  return parsed.value.map(({ name, token }) => digestToken(name, token));
}

type OnAnswer = Parameters<typeof createApp>[0]['onAnswer'];

/** One log line and one count a verdict. */
function onAnswer(log: Logger, metrics: Metrics, known: ReadonlySet<string>): OnAnswer {
  return (answer, context) => {
    log.info(verdictLine(answer, context), 'verdict');
    const names = context.request?.slos.kind === 'names' ? context.request.slos.names : [];
    // Only names of loaded SLOs become labels, so that callers cannot grow the metric.
    const listed =
      answer.slos ??
      (names[0] !== undefined && known.has(names[0])
        ? [{ slo: names[0], ...answer }]
        : [{ slo: '-', ...answer }]);
    for (const { slo, verdict, code } of listed)
      metrics.verdicts.inc({ slo: known.has(slo) ? slo : '-', verdict, code });
  };
}

async function listen(server: Server, settings: ServeSettings): Promise<{ host: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ConfigError(
          `--port, --host: cannot listen on ${settings.host}:${String(settings.port)} (${error.code ?? error.message}); choose another, or 0 for a free port`,
        ),
      );
    });
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { host: settings.host.includes(':') ? `[${settings.host}]` : settings.host, port };
}

async function stop(server: Server, providers: ReadonlyMap<string, AnyProvider>, log: Logger): Promise<void> {
  const drained = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_MS);
  await drained;
  clearTimeout(late);
  await Promise.all([...providers.values()].map(async (provider) => provider.close()));
  log.info('stopped');
}
