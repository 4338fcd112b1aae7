import { BOOL, INT, INT_OR_TEXT, list, map, object, OPEN, TEXT } from './shape.ts';
import { DRY_RUN, RETENTION, TEMPLATE_REFERENCES } from './template-shape.ts';

/**
 * `spec` of a Rollout as the CRD of argo-rollouts v1.9.1 has it, down to steps and analyses. Pods, selectors,
 * affinities, experiments and the settings of traffic routers are left to others.
 */
const args = list(
  object({
    'name!': TEXT,
    value: TEXT,
    valueFrom: object({ fieldRef: object({ 'fieldPath!': TEXT }), podTemplateHashValue: TEXT }),
  }),
);
const metadata = object({ annotations: map(TEXT), labels: map(TEXT) });
const analysisFields = {
  analysisRunMetadata: metadata,
  args,
  dryRun: DRY_RUN,
  measurementRetention: RETENTION,
  templates: TEMPLATE_REFERENCES,
};
const analysis = object(analysisFields);

const match = object({ exact: TEXT, prefix: TEXT, regex: TEXT });

const STEP_FIELDS = {
  analysis,
  experiment: OPEN,
  pause: object({ duration: INT_OR_TEXT }),
  plugin: object({ config: OPEN, 'name!': TEXT }),
  setCanaryScale: object({ matchTrafficWeight: BOOL, replicas: INT, weight: INT }),
  setHeaderRoute: object({
    match: list(object({ 'headerName!': TEXT, 'headerValue!': match })),
    name: TEXT,
  }),
  setMirrorRoute: object({
    match: list(object({ headers: map(match), method: match, path: match })),
    'name!': TEXT,
    percentage: INT,
  }),
  setWeight: INT,
};

/** The kinds of canary steps. */
export const STEP_KINDS: readonly string[] = Object.keys(STEP_FIELDS);

const canary = object({
  abortScaleDownDelaySeconds: INT,
  analysis: object({ ...analysisFields, startingStep: INT }),
  antiAffinity: OPEN,
  canaryMetadata: metadata,
  canaryService: TEXT,
  dynamicStableScale: BOOL,
  maxSurge: INT_OR_TEXT,
  maxUnavailable: INT_OR_TEXT,
  minPodsPerReplicaSet: INT,
  pingPong: object({ 'pingService!': TEXT, 'pongService!': TEXT }),
  replicaProgressThreshold: object({ 'type!': TEXT, 'value!': INT }),
  scaleDownDelayRevisionLimit: INT,
  scaleDownDelaySeconds: INT,
  stableMetadata: metadata,
  stableService: TEXT,
  steps: list(object(STEP_FIELDS)),
  trafficRouting: OPEN,
});

const blueGreen = object({
  abortScaleDownDelaySeconds: INT,
  activeMetadata: metadata,
  'activeService!': TEXT,
  antiAffinity: OPEN,
  autoPromotionEnabled: BOOL,
  autoPromotionSeconds: INT,
  maxUnavailable: INT_OR_TEXT,
  postPromotionAnalysis: analysis,
  prePromotionAnalysis: analysis,
  previewMetadata: metadata,
  previewReplicaCount: INT,
  previewService: TEXT,
  scaleDownDelayRevisionLimit: INT,
  scaleDownDelaySeconds: INT,
});

export const ROLLOUT_SPEC = object({
  analysis: object({ successfulRunHistoryLimit: INT, unsuccessfulRunHistoryLimit: INT }),
  minReadySeconds: INT,
  paused: BOOL,
  progressDeadlineAbort: BOOL,
  progressDeadlineSeconds: INT,
  replicas: INT,
  restartAt: TEXT,
  revisionHistoryLimit: INT,
  rollbackWindow: object({ revisions: INT }),
  selector: OPEN,
  strategy: object({ blueGreen, canary }),
  template: OPEN,
  workloadRef: object({ apiVersion: TEXT, kind: TEXT, name: TEXT, scaleDown: TEXT }),
});
