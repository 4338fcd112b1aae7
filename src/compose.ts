import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { pino, type Logger } from 'pino';
import { analyze } from './analysis/analyze.ts';
import { BucketMemo } from './analysis/bucket-memo.ts';
import type { AnalysisDeps } from './analysis/deps.ts';
import { TrialMemo } from './analysis/trial-memo.ts';
import { ConfigError } from './config-error.ts';
import type { ServeSettings } from './config/settings.ts';
import type { AnyProviderDefinition } from './core/provider.ts';
import { mayUseSlo } from './core/grants.ts';
import { giveBackMemory } from './give-back.ts';
import { createApp } from './http/app.ts';
import { Drain } from './http/drain.ts';
import { CallerLimits } from './http/identity/caller-limits.ts';
import { addMemoMetrics } from './http/memo-metrics.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { verdictLine } from './http/verdict-line.ts';
import { LiveAccess } from './live-access.ts';
import { LiveCatalog } from './live-catalog.ts';
import { Overload } from './overload.ts';
import { createStack, type ProviderStack } from './provider-stack.ts';
import { openReporting, type Reporting } from './reporting.ts';
import { openTracing, type Tracing } from './tracing.ts';
import { VERSION } from './version.ts';

// Not imported: an import reads every export, and that of `WebSocket` loads Node's whole fetch, 12 MiB of it.
const { createServer } = process.getBuiltinModule('node:http');

/** Analyses answered at once; at 64 KB a body and a window of counts each, they stay within tens of megabytes. */
const MAX_IN_FLIGHT = 256;
/** A whole request, headers and body: Argo gives up after ten seconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Node looks for requests over their time this often; its own default, half a minute, would triple that time. */
const TIMEOUT_CHECK_MS = 1000;
const TIMEOUTS = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  headersTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
};
/** What earlier looks have made is kept for the next ones within these bounds: a thousand live analyses. */
const MEMO_BYTES = { buckets: 16 * 1024 * 1024, trials: 20 * 1024 * 1024 };
/** Looks of a release come every few minutes at the least; one that has not been looked at for so long is over. */
const MEMO_UNUSED_MS = 15 * 60_000;
/** Changed files are looked for this often: a ConfigMap takes a minute to arrive anyway. */
const RELOAD_MS = 10_000;

export interface Running {
  readonly host: string;
  readonly port: number;
  /** Looks at SLO files, tokens and access rules again, as it does by itself every ten seconds. */
  reload(): Promise<void>;
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
  const access = await LiveAccess.open(settings);
  const metrics = createMetrics();
  const tracing = await openTracing(env);
  const stack = createStack({ definitions, env, settings, metrics, log, tracing });
  const catalog = await LiveCatalog.open({ folder: settings.slos, definitions, log, prepare: stack.open });
  const reporting = openReporting({
    settings,
    slos: () => catalog.slos,
    providers: () => stack.providers,
    registry: metrics.registry,
    log,
  });
  const parts: Parts = {
    settings,
    catalog,
    access,
    metrics,
    stack,
    reporting,
    tracing,
    log,
    ...watchedMemory(),
  };
  addMemoMetrics(metrics.registry, parts.memos);
  const server = createServer(TIMEOUTS, appOf(parts));
  const drain = new Drain(server);
  giveBackMemory();
  const { host, port } = await listen(server, settings);
  metrics.configOk.set(1);
  const reload = reloading(parts);
  const timer = setInterval(() => void reload(), RELOAD_MS).unref();
  log.info({ host, port, slos: catalog.slos.length, providers: [...stack.providers.keys()] }, 'ready');
  return { host, port, reload, stop: async () => stop(drain, parts, timer) };
}

/** What earlier looks have left, which goes as soon as there is too much of anything. */
function watchedMemory(): Pick<Parts, 'memos' | 'overload'> {
  const memos = { buckets: new BucketMemo(MEMO_BYTES.buckets), trials: new TrialMemo(MEMO_BYTES.trials) };
  const overload = new Overload(undefined, () => {
    memos.buckets.clear();
    memos.trials.clear();
  });
  return { memos, overload };
}

function forgetUnused({ buckets, trials }: Parts['memos']): void {
  const since = performance.now() - MEMO_UNUSED_MS;
  buckets.forgetUnused(since);
  trials.forgetUnused(since);
}

interface Parts {
  readonly settings: ServeSettings;
  readonly catalog: LiveCatalog;
  readonly access: LiveAccess;
  readonly metrics: Metrics;
  readonly stack: ProviderStack;
  readonly reporting: Reporting;
  readonly memos: { readonly buckets: BucketMemo; readonly trials: TrialMemo };
  readonly overload: Overload;
  readonly tracing: Tracing;
  readonly log: Logger;
}

function appOf(parts: Parts): Express {
  const { settings, catalog, access, metrics, stack, reporting, overload, log } = parts;
  const onFault = (error: unknown): void => {
    log.error({ err: error }, 'unforeseen fault');
  };
  return createApp({
    analyze: analyzing(parts, onFault),
    clock: Date.now,
    deadlineMs: settings.deadline,
    maxInFlight: MAX_IN_FLIGHT,
    excess: () => overload.excess,
    identify: access.identify,
    limits: new CallerLimits(Date.now),
    onDenied: (why, request) => {
      metrics.denied.inc({ reason: why });
      log.warn({ why, method: request.method, path: request.path }, 'call turned away');
    },
    metricsOpen: () => access.metricsOpen,
    metrics,
    onAnswer: onAnswer(log, metrics, (name) => catalog.slos.some((slo) => slo.name === name)),
    // Ready as soon as it listens: the state of sources, history and files is told, and takes no pod away.
    readiness: () => ({
      status: 'ready',
      slos: catalog.slos.length,
      config: configState(catalog),
      providers: stack.report(),
      history: reporting.state(),
    }),
    reports: reporting.deps,
    version: VERSION,
    onFault,
  });
}

/** How the files are, for everybody who can reach the port: what is wrong with them is in the log only. */
function configState({ state: { problems, ...state } }: LiveCatalog): object {
  return problems === undefined ? state : { ...state, problems: problems.length, see: 'the log' };
}

type Analyze = Parameters<typeof createApp>[0]['analyze'];

/** Analyses over the SLOs in use at the moment of asking, of those that the caller may see. */
function analyzing(
  { settings, catalog, stack, reporting, memos, tracing }: Parts,
  onFault: (error: unknown) => void,
): Analyze {
  const deps: Omit<AnalysisDeps, 'catalog'> = {
    providers: stack.providers,
    clock: Date.now,
    recorder: reporting.history,
    memos: { buckets: memos.buckets, trials: tracedTrials(memos.trials, tracing) },
    cluster: settings.cluster,
    publicUrl: settings.publicUrl ?? '',
    onFault,
  };
  return async (request, grants, signal) => {
    const slos = catalog.slos.filter((slo) => mayUseSlo(grants, slo));
    return tracing.span(
      'analysis',
      { 'burngate.mode': request.mode },
      async () => analyze(request, { ...deps, catalog: { slos } }, signal),
      ({ verdict, code }) => ({ 'burngate.verdict': verdict, 'burngate.code': code }),
    );
  };
}

function tracedTrials(trials: TrialMemo, tracing: Tracing): AnalysisDeps['memos']['trials'] {
  if (!tracing.isOn) return trials;
  return {
    decide: async (key, question, observation, turn) =>
      tracing.span('decide', { 'burngate.buckets': observation.buckets.length }, async () =>
        trials.decide(key, question, observation, turn),
      ),
  };
}

/** One look at all files. Never rejects: what is wrong is told, and what was good stays in use. */
function reloading({ catalog, access, metrics, memos, log }: Parts): () => Promise<void> {
  return async () => {
    forgetUnused(memos);
    await catalog.reload();
    const isChanged = await access.reload().catch((error: unknown) => {
      log.warn(
        { problem: String(error) },
        'changed token or access files are refused; the last good ones stay in use',
      );
      return null;
    });
    if (isChanged === true) log.info({}, 'token or access files have changed and are in use');
    metrics.configOk.set(catalog.state.ok && isChanged !== null ? 1 : 0);
  };
}

function createLog(settings: ServeSettings): Logger {
  // Synchronous and to stderr: the line of the last verdict before a SIGKILL is not lost in a buffer.
  return pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

type OnAnswer = Parameters<typeof createApp>[0]['onAnswer'];

const REFUSED: ReadonlySet<string> = new Set(['invalid-request', 'forbidden', 'unauthenticated']);

/** One log line and one count a verdict. */
function onAnswer(log: Logger, metrics: Metrics, isKnown: (slo: string) => boolean): OnAnswer {
  return (answer, context) => {
    log.info(verdictLine(answer, context), 'verdict');
    const names = context.request?.slos.kind === 'names' ? context.request.slos.names : [];
    // Only names of loaded SLOs become labels, so that callers cannot grow the metric.
    const listed =
      answer.slos ??
      (names[0] !== undefined && isKnown(names[0])
        ? [{ slo: names[0], ...answer }]
        : [{ slo: '-', ...answer }]);
    for (const { slo, verdict, code } of listed) {
      // Who may not ask for an SLO, or asks wrongly, says nothing of it.
      const name = isKnown(slo) && !REFUSED.has(code) ? slo : '-';
      metrics.verdicts.inc({ slo: name, verdict, code });
      if (name === '-') continue;
      metrics.blindness.note(name, code);
      for (const each of ['pass', 'fail', 'inconclusive'])
        metrics.lastVerdict.set({ slo: name, verdict: each }, each === verdict ? 1 : 0);
    }
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

async function stop(
  drain: Drain,
  { stack, reporting, overload, tracing, log }: Parts,
  timer: NodeJS.Timeout,
): Promise<void> {
  clearInterval(timer);
  await drain.end();
  await reporting.close();
  await Promise.all([...stack.providers.values()].map(async (provider) => provider.close()));
  overload.stop();
  await tracing.stop();
  log.info('stopped');
}
