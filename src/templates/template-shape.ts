import { BOOL, choice, INT, INT_OR_TEXT, list, map, object, OPEN, TEXT } from './shape.ts';

/**
 * AnalysisTemplate and ClusterAnalysisTemplate as the CRDs of argo-rollouts v1.9.1 have them (`openAPIV3Schema`); a
 * test holds this against the CRDs where they are at hand. The Job of a job metric is Kubernetes' own.
 */
const secret = object({ 'name!': TEXT, 'key!': TEXT });
const oauth2 = object({ clientId: TEXT, clientSecret: TEXT, scopes: list(TEXT), tokenUrl: TEXT });
const authentication = object({ oauth2, sigv4: object({ profile: TEXT, region: TEXT, roleArn: TEXT }) });
const headers = list(object({ 'key!': TEXT, 'value!': TEXT }));
const scope = object({ end: TEXT, 'region!': TEXT, 'scope!': TEXT, start: TEXT, 'step!': INT });

const cloudWatch = object({
  interval: TEXT,
  'metricDataQueries!': list(
    object({
      expression: TEXT,
      id: TEXT,
      label: TEXT,
      metricStat: object({
        metric: object({
          dimensions: list(object({ name: TEXT, value: TEXT })),
          metricName: TEXT,
          namespace: TEXT,
        }),
        period: INT_OR_TEXT,
        stat: TEXT,
        unit: TEXT,
      }),
      period: INT_OR_TEXT,
      returnData: BOOL,
    }),
  ),
});

const datadog = object({
  aggregator: choice('avg', 'min', 'max', 'sum', 'last', 'percentile', 'mean', 'l2norm', 'area'),
  apiVersion: choice('v1', 'v2'),
  formula: TEXT,
  interval: TEXT,
  queries: map(TEXT),
  query: TEXT,
  secretRef: object({ name: TEXT, namespaced: BOOL }),
});

const kayenta = object({
  'address!': TEXT,
  'application!': TEXT,
  'canaryConfigName!': TEXT,
  'configurationAccountName!': TEXT,
  lookback: BOOL,
  'metricsAccountName!': TEXT,
  'scopes!': list(object({ 'controlScope!': scope, 'experimentScope!': scope, 'name!': TEXT })),
  'storageAccountName!': TEXT,
  'threshold!': object({ 'marginal!': INT, 'pass!': INT }),
});

const prometheus = object({
  address: TEXT,
  authentication,
  headers,
  insecure: BOOL,
  query: TEXT,
  rangeQuery: object({ end: TEXT, start: TEXT, step: TEXT }),
  timeout: INT,
});

const web = object({
  authentication,
  body: TEXT,
  headers,
  insecure: BOOL,
  jsonBody: OPEN,
  jsonPath: TEXT,
  method: TEXT,
  timeoutSeconds: INT,
  'url!': TEXT,
});

/** Each kind of provider by its name. */
export const PROVIDERS = {
  cloudWatch,
  datadog,
  graphite: object({ address: TEXT, query: TEXT }),
  influxdb: object({ profile: TEXT, query: TEXT }),
  job: OPEN,
  kayenta,
  newRelic: object({ profile: TEXT, 'query!': TEXT, timeout: INT }),
  plugin: OPEN,
  prometheus,
  skywalking: object({ address: TEXT, interval: TEXT, query: TEXT }),
  wavefront: object({ address: TEXT, query: TEXT }),
  web,
};

const metric = object({
  consecutiveErrorLimit: INT_OR_TEXT,
  consecutiveSuccessLimit: INT_OR_TEXT,
  count: INT_OR_TEXT,
  failureCondition: TEXT,
  failureLimit: INT_OR_TEXT,
  inconclusiveLimit: INT_OR_TEXT,
  initialDelay: TEXT,
  interval: TEXT,
  'name!': TEXT,
  'provider!': object(PROVIDERS),
  successCondition: TEXT,
});

export const DRY_RUN = list(object({ 'metricName!': TEXT }));
export const RETENTION = list(object({ 'limit!': INT, 'metricName!': TEXT }));
export const TEMPLATE_REFERENCES = list(object({ clusterScope: BOOL, templateName: TEXT }));

/** `spec` of both kinds of templates. */
export const TEMPLATE_SPEC = object({
  args: list(
    object({
      'name!': TEXT,
      value: TEXT,
      valueFrom: object({ fieldRef: object({ 'fieldPath!': TEXT }), secretKeyRef: secret }),
    }),
  ),
  dryRun: DRY_RUN,
  measurementRetention: RETENTION,
  metrics: list(metric),
  templates: TEMPLATE_REFERENCES,
});
