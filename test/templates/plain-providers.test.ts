import { describe, expect, test } from 'vitest';
import { check } from './check.ts';

/** Templates as teams write them for the providers that Argo has itself. None of them asks Burngate. */
const template = (metrics: string, args = '    - name: service-name\n') => `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: success-rate
spec:
  args:
${args}  metrics:
${metrics}`;

const PROMETHEUS = `      provider:
        prometheus:
          address: http://prometheus.example.com:9090
          query: |
            sum(irate(istio_requests_total{reporter="source",destination_service=~"{{args.service-name}}",response_code!~"5.*"}[5m])) /
            sum(irate(istio_requests_total{reporter="source",destination_service=~"{{ args.service-name }}"}[5m]))
`;

describe('no false finding in templates of other providers', () => {
  test.each([
    [
      'a background analysis',
      `    - name: success-rate\n      interval: 5m\n      successCondition: result[0] >= 0.95\n      failureLimit: 3\n${PROMETHEUS}`,
    ],
    [
      'a single measurement',
      `    - name: success-rate\n      successCondition: result[0] >= 0.95\n${PROMETHEUS}`,
    ],
    [
      'a count',
      `    - name: success-rate\n      interval: 60s\n      count: 5\n      initialDelay: 5m\n      failureCondition: result[0] >= 10\n      failureLimit: 3\n${PROMETHEUS}`,
    ],
    ['no condition', `    - name: my-query\n${PROMETHEUS}`],
    [
      'both conditions',
      `    - name: success-rate\n      successCondition: result[0] >= 0.90\n      failureCondition: result[0] < 0.50\n${PROMETHEUS}`,
    ],
    [
      'a Job',
      `    - name: "{{args.service-name}}"\n      provider:\n        job:\n          metadata: { labels: { a: b } }\n          spec:\n            backoffLimit: 1\n            template:\n              spec:\n                containers: [{ name: test, image: "my-image:latest", command: [my-test-script, my-service.default.svc.cluster.local] }]\n                restartPolicy: Never\n`,
    ],
    [
      'a web hook',
      `    - name: webmetric\n      successCondition: "asFloat(result) >= 0.90"\n      provider:\n        web:\n          url: "http://my-server.com/api/v1/measurement?service={{ args.service-name }}"\n          timeoutSeconds: 20\n          headers: [{ key: Authorization, value: "Bearer abc" }]\n          jsonPath: "{$.results.ok}"\n`,
    ],
    [
      'a web hook with a body',
      `    - name: webmetric\n      successCondition: result.ok == true\n      provider:\n        web:\n          method: POST\n          url: "http://my-server.com/api"\n          jsonBody: { name: "{{args.service-name}}", nested: { a: [1] } }\n`,
    ],
    [
      'Datadog',
      `    - name: error-rate\n      interval: 5m\n      successCondition: default(result, 0) <= 0.01\n      failureLimit: 3\n      provider:\n        datadog:\n          apiVersion: v2\n          interval: 5m\n          queries: { a: "sum:requests.error.rate{service:{{args.service-name}}}", b: "sum:requests.request.rate{service:{{args.service-name}}}" }\n          formula: "a / b"\n`,
    ],
    [
      'New Relic',
      `    - name: success-rate\n      successCondition: result.successRate >= 0.95\n      provider:\n        newRelic: { profile: my-newrelic-secret, query: "FROM Transaction SELECT percentage(count(*), WHERE httpResponseCode != 500) WHERE appName = '{{args.service-name}}'" }\n`,
    ],
    [
      'CloudWatch',
      `    - name: success-rate\n      interval: 1m\n      successCondition: "all(result[0].Values, {# <= 0.01})"\n      failureLimit: 3\n      provider:\n        cloudWatch:\n          interval: 30m\n          metricDataQueries:\n            - { id: rate, expression: errors / requests }\n            - id: errors\n              metricStat: { metric: { namespace: app, metricName: errors, dimensions: [{ name: service, value: "{{args.service-name}}" }] }, period: 300, stat: Sum, unit: Count }\n              returnData: false\n`,
    ],
    [
      'Kayenta',
      `    - name: mann-whitney\n      provider:\n        kayenta:\n          address: https://kayenta.example.com\n          application: guestbook\n          canaryConfigName: my-test\n          configurationAccountName: a\n          metricsAccountName: b\n          storageAccountName: c\n          threshold: { pass: 90, marginal: 75 }\n          scopes:\n            - name: default\n              controlScope: { scope: "app={{args.service-name}}", region: us, step: 60, start: "2020-01-01T00:00:00Z", end: "2020-01-01T01:00:00Z" }\n              experimentScope: { scope: "app={{args.service-name}}", region: us, step: 60, start: "2020-01-01T00:00:00Z", end: "2020-01-01T01:00:00Z" }\n`,
    ],
    [
      'Graphite, InfluxDB, SkyWalking, Wavefront and a plugin',
      `    - name: a\n      provider: { graphite: { address: "http://g:9090", query: q } }\n    - name: b\n      provider: { influxdb: { profile: p, query: q } }\n    - name: c\n      interval: 3m\n      provider: { skywalking: { interval: 3m, address: "http://s:12800", query: q } }\n    - name: d\n      provider: { wavefront: { address: example.wavefront.com, query: q } }\n    - name: "{{args.service-name}}"\n      provider: { plugin: { argoproj-labs/sample: { query: q } } }\n`,
    ],
  ])('%s', (_what, metrics) => {
    expect(check(template(metrics))).toEqual([]);
  });

  test('dry-run, retention, and limits from args with defaults', () => {
    const text = template(
      `    - name: total-5xx-errors\n      count: "{{args.count}}"\n      interval: "{{args.interval}}"\n      failureCondition: result[0] >= 10\n      failureLimit: 3\n${PROMETHEUS}`,
      '    - name: service-name\n    - { name: count, value: "5" }\n    - { name: interval, value: 1m }\n',
    ).replace(
      '  metrics:',
      '  dryRun: [{ metricName: total-.* }]\n  measurementRetention: [{ metricName: .*, limit: 20 }]\n  metrics:',
    );
    expect(check(text)).toEqual([]);
  });

  test('Rollouts that dwell in pauses beside an analysis of another provider', () => {
    const rollout = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: guestbook }
spec:
  replicas: 20
  selector: { matchLabels: { app: guestbook } }
  template: { metadata: { labels: { app: guestbook } }, spec: { containers: [{ name: guestbook, image: "guestbook:1" }] } }
  strategy:
    canary:
      analysis:
        templates: [{ templateName: success-rate }]
        startingStep: 2
        args: [{ name: service-name, value: guestbook-svc.default.svc.cluster.local }]
      steps:
        - setWeight: 20
        - pause: { duration: 10m }
        - setWeight: 40
        - pause: { duration: 600 }
        - pause: {}
        - experiment: { duration: 1h, templates: [{ name: baseline, specRef: stable }] }
        - analysis:
            templates: [{ templateName: success-rate-once }]
            args: [{ name: service-name, value: guestbook }]
`;
    const background = template(
      `    - name: success-rate\n      interval: 5m\n      successCondition: result[0] >= 0.95\n      failureLimit: 3\n${PROMETHEUS}`,
    );
    const once = template(
      `    - name: once\n      successCondition: result[0] >= 0.95\n${PROMETHEUS}`,
    ).replace('name: success-rate', 'name: success-rate-once');
    expect(check([rollout, background, once].join('---'))).toEqual([]);
  });

  test('a blue-green Rollout with smoke tests before and after the switch', () => {
    const job = template(
      '    - name: smoke\n      provider: { job: { spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } } } } }\n',
    ).replace('name: success-rate', 'name: smoke-tests');
    const rollout = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: guestbook }
spec:
  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: guestbook }
  strategy:
    blueGreen:
      activeService: active-svc
      previewService: preview-svc
      autoPromotionSeconds: 30
      scaleDownDelaySeconds: 600
      prePromotionAnalysis: { templates: [{ templateName: smoke-tests }], args: [{ name: service-name, value: preview-svc }] }
      postPromotionAnalysis: { templates: [{ templateName: smoke-tests }], args: [{ name: service-name, value: active-svc }] }
`;
    expect(check(`${rollout}---${job}`)).toEqual([]);
  });
});
