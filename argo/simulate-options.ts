import type { Secrets } from './analysis/secrets.ts';
import type { AnalysisTemplate } from './analysis/template.ts';
import type { Measurement, RunStatus } from './analysis/run-status.ts';
import type { ArgoVersion } from './expression/dialect.ts';
import type { RolloutEvent } from './rollout/events.ts';
import type { OperatorCommand } from './rollout/operator.ts';
import type { PodTemplateHashes } from './rollout/rollout-args.ts';
import type { Rollout } from './rollout/rollout.ts';
import type { Hosts } from './web-metric/send.ts';

/** A command of a person, at a simulated minute after the start. */
export interface OperatorAction {
  readonly atMinute: number;
  readonly command: OperatorCommand;
}

/** A release to play through. Durations and times are those of the simulated clock. */
export interface SimulateOptions {
  readonly rollout: Rollout;
  readonly templates: readonly AnalysisTemplate[];
  readonly podTemplateHashes: PodTemplateHashes;
  /** Where every host of the templates leads, e.g. `http://127.0.0.1:4100`; a function is asked at each request. */
  readonly baseUrl?: string | (() => string);
  /** The same for single hosts (`name[:port]`), taking precedence over baseUrl. */
  readonly hosts?: Hosts;
  /** When the pod template changes. */
  readonly startAt: Date;
  /** When to stop watching; the outcome is then `progressing` if nothing was decided. */
  readonly until: Date;
  /** The Rollout's revision annotation. [2] */
  readonly revision?: number;
  /** How long canary pods take to serve, seconds. [0] */
  readonly podStartupSeconds?: number;
  /** Whether requests carry the simulated time as `at`. [true] */
  readonly sendsSimulatedTime?: boolean;
  readonly version?: ArgoVersion;
  readonly secrets?: Secrets;
  /** Spans in which Argo's controller does not run, in minutes after the start. Kubernetes keeps its state. */
  readonly controllerOutages?: readonly { readonly fromMinute: number; readonly toMinute: number }[];
  /** Takes every measurement twice and keeps the second, as after a conflict or a change of leader. [false] */
  readonly repeatsMeasurements?: boolean;
  /** What people do meanwhile. */
  readonly actions?: readonly OperatorAction[];
  /** Whether a pause that only a person can end ends the simulation, once no action is left. [true] */
  readonly stopsWhenPaused?: boolean;
  readonly hooks?: SimulateHooks;
}

export interface SimulateHooks {
  /** Every event, when it happens. */
  onEvent?: (event: RolloutEvent) => void;
  /** Before the requests of one run at one simulated moment; may take the service down or up. */
  beforeRequest?: (simulatedNow: Date) => void | Promise<void>;
}

/** The measurement that settled the outcome. */
export interface Deciding {
  readonly run: string;
  readonly metric: string;
  readonly measurement: Measurement;
  /** The service's own words, where the value of the measurement was its JSON object. */
  readonly answer: Answer | undefined;
}

/** What a verdict says of itself. */
export interface Answer {
  readonly verdict: string;
  readonly code: string;
  readonly reason: string;
}

export interface SimulationResult {
  readonly outcome: 'promoted' | 'aborted' | 'paused' | 'progressing';
  /** When it was decided, RFC 3339. */
  readonly at: string;
  /** Minutes from the canary's first traffic to the decision; null where it never had any. */
  readonly minutesSinceFirstWeight: number | null;
  /** The canary's share of the traffic at the end, per cent. */
  readonly weight: number;
  readonly events: readonly RolloutEvent[];
  readonly runs: readonly RunStatus[];
  /** Undefined where no measurement decided, e.g. when a person aborted. */
  readonly decidedBy: Deciding | undefined;
}
