import { AnalysisRun, type Taken } from './analysis/analysis-run.ts';
import type { Metric } from './analysis/metric.ts';
import { buildRunSpec } from './analysis/run-spec.ts';
import { isCompleted, type Measurement, type RunPhase } from './analysis/run-status.ts';
import { measurePrometheus } from './prometheus/measure.ts';
import { iconOf, type RolloutEvent, type RolloutHappening } from './rollout/events.ts';
import type { CreateRun } from './rollout/reconcile-analysis.ts';
import { resolveRolloutArgs } from './rollout/rollout-args.ts';
import type { Rollout, RolloutAnalysis } from './rollout/rollout.ts';
import { initialState, type OwnedRun } from './rollout/state.ts';
import { templatesOf } from './rollout/validate-rollout.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { measureWeb, type WebDeps } from './web-metric/measure.ts';

/** The state of one simulated release: clock, Rollout, runs and timeline. */
export class Simulation {
  readonly options: SimulateOptions;
  readonly rollout: Rollout;
  readonly revision: number;
  readonly state = initialState();
  readonly runs: OwnedRun[] = [];
  readonly events: RolloutEvent[] = [];
  nowMs: number;
  readonly #startMs: number;
  readonly #web: WebDeps;
  readonly #phases = new Map<string, RunPhase>();

  constructor(options: SimulateOptions) {
    this.options = options;
    this.revision = options.revision ?? 2;
    this.rollout = withRevision(options.rollout, this.revision);
    this.#startMs = options.startAt.getTime();
    this.nowMs = this.#startMs;
    const { baseUrl, hosts = {} } = options;
    this.#web = {
      version: options.version ?? 'v1.9.1',
      hosts: () =>
        baseUrl === undefined ? hosts : { '*': typeof baseUrl === 'string' ? baseUrl : baseUrl(), ...hosts },
      sendsSimulatedTime: options.sendsSimulatedTime ?? true,
    };
  }

  readonly emit = (happening: RolloutHappening): void => {
    const minute = (this.nowMs - this.#startMs) / 60_000;
    const event: RolloutEvent = { ...happening, at: new Date(this.nowMs).toISOString(), minute };
    this.events.push(event);
    this.options.hooks?.onEvent?.(event);
  };

  readonly createRun: CreateRun = (analysis, stepIndex) => {
    const name = this.#runName(stepIndex);
    const run = new AnalysisRun(this.#specOf(name, analysis), {
      secrets: this.options.secrets ?? {},
      measure: async (metric, nowMs) => {
        if (this.options.repeatsMeasurements === true) await this.#measure(metric, nowMs);
        return this.#measure(metric, nowMs);
      },
      onMeasurement: (metric, measurement) => this.#emitMeasurement(name, metric, measurement),
    });
    const owned = { run, stepIndex };
    this.runs.push(owned);
    this.emit({ kind: 'run-created', run: name, text: `AnalysisRun ${name} created` });
    return owned;
  };

  /** Reconciles every run that is due, and says whether anything has changed. */
  async reconcileRuns(): Promise<boolean> {
    let hasChanged = false;
    for (const { run } of this.runs) {
      const due = run.nextDueAt(this.nowMs);
      if (due === undefined || due > this.nowMs) continue;
      await this.options.hooks?.beforeRequest?.(new Date(this.nowMs));
      if (await run.reconcile(this.nowMs)) hasChanged = true;
      this.#emitCompletion(run);
    }
    return hasChanged;
  }

  async #measure(metric: Metric, nowMs: number): Promise<Taken> {
    if (metric.prometheus !== undefined) return measurePrometheus(metric, nowMs, this.#web);
    return measureWeb(metric, nowMs, this.#web);
  }

  #specOf(name: string, analysis: RolloutAnalysis) {
    const supplied = resolveRolloutArgs(analysis.args, this.rollout.manifest, this.options.podTemplateHashes);
    return buildRunSpec(name, templatesOf(analysis, this.options.templates), supplied, analysis.dryRun);
  }

  /** rollout-hash-revision, with the step's index (blue-green: pre or post); a repeated name gets a counter. */
  #runName(stepIndex: number | undefined): string {
    const { latest } = this.options.podTemplateHashes;
    const { strategy, name, steps } = this.rollout;
    const isPost = steps.slice(0, stepIndex).some(({ kind }) => kind === 'setWeight');
    const place = strategy === 'canary' ? stepIndex : isPost ? 'post' : 'pre';
    const base = [name, latest, this.revision, ...(stepIndex === undefined ? [] : [place])].join('-');
    const taken = this.runs.filter(({ run }) => run.spec.name.replace(/\.\d+$/, '') === base).length;
    return taken === 0 ? base : `${base}.${String(taken)}`;
  }

  #emitMeasurement(run: string, metric: string, measurement: Measurement): void {
    const detail = measurement.message === '' ? '' : `: ${measurement.message}`;
    const text = `${iconOf(measurement.phase)} ${run} ${metric} ${measurement.phase}${detail}`;
    this.emit({ kind: 'measurement', run, metric, measurement, text });
  }

  #emitCompletion(run: AnalysisRun): void {
    const { name, phase, message } = run.status;
    if (!isCompleted(phase) || this.#phases.get(name) === phase) return;
    this.#phases.set(name, phase);
    const detail = message === '' ? '' : `: ${message}`;
    this.emit({
      kind: 'run-completed',
      run: name,
      phase,
      text: `${iconOf(phase)} AnalysisRun ${name} ${phase}${detail}`,
    });
  }
}

function withRevision(rollout: Rollout, revision: number): Rollout {
  const { manifest } = rollout;
  const metadata = { ...(manifest['metadata'] as Readonly<Record<string, unknown>>) };
  const annotations = {
    ...(metadata['annotations'] as Readonly<Record<string, unknown>> | undefined),
    'rollout.argoproj.io/revision': String(revision),
  };
  return {
    ...rollout,
    manifest: { ...manifest, metadata: { namespace: rollout.namespace, ...metadata, annotations } },
  };
}
