import type { MetricModel, Model } from './model.ts';
import { emptyProject } from './traffic.ts';

/** A log-based counter of requests, without series yet. */
export function metricOf(more: Partial<MetricModel> = {}): MetricModel {
  return {
    type: 'logging.googleapis.com/user/requests',
    kind: 'DELTA',
    valueType: 'INT64',
    series: [],
    ...more,
  };
}

/** The project shop-prod with these metrics. */
export function modelOf(...metrics: readonly MetricModel[]): Model {
  const model: Model = new Map();
  const project = emptyProject(model, 'shop-prod');
  for (const metric of metrics) project.metrics.set(metric.type, metric);
  return model;
}
