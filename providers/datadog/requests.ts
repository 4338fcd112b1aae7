import type { EpochMs } from '../../src/core/units.ts';

/** `attributes` of a v2 timeseries request, as it goes over the wire. */
export interface TimeseriesAttributes {
  /** Inclusive. */
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
  /** In milliseconds; Datadog may take a larger one. */
  readonly interval: number;
  readonly formulas: readonly { readonly formula: string }[];
  readonly queries: readonly (MetricsQueryBody | ApmQueryBody)[];
}

export interface MetricsQueryBody {
  readonly data_source: 'metrics';
  readonly name: string;
  readonly query: string;
}

export interface ApmQueryBody {
  readonly data_source: 'apm_metrics';
  readonly name: string;
  readonly stat: 'hits' | 'errors';
  readonly service: string;
  readonly group_by: readonly string[];
  readonly query_filter?: string;
  readonly operation_name?: string;
  readonly resource_name?: string;
  readonly span_kind?: string;
}

/** A v2 log aggregate. */
export interface LogsAggregateBody {
  readonly compute: readonly {
    readonly aggregation: 'count';
    readonly interval: string;
    readonly type: 'timeseries';
  }[];
  readonly filter: {
    /** Epoch milliseconds as text. */
    readonly from: string;
    readonly indexes: readonly string[];
    readonly query: string;
    readonly to: string;
  };
  readonly group_by: readonly { readonly facet: string; readonly limit: number; readonly missing?: string }[];
}

/** One call: where to, and what with. */
export type DatadogRequest =
  | { readonly endpoint: 'timeseries'; readonly attributes: TimeseriesAttributes }
  | { readonly endpoint: 'logs'; readonly body: LogsAggregateBody }
  | { readonly endpoint: 'slo'; readonly slo: string; readonly from: EpochMs; readonly to: EpochMs };

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
  readonly body: object | null;
}

/** The request as HTTP, the same that Datadog's own operations would send. */
export function httpRequest(request: DatadogRequest): HttpRequest {
  switch (request.endpoint) {
    case 'timeseries': {
      const body = { data: { attributes: request.attributes, type: 'timeseries_request' } };
      return { method: 'POST', path: '/api/v2/query/timeseries', search: {}, body };
    }
    case 'logs':
      return { method: 'POST', path: '/api/v2/logs/analytics/aggregate', search: {}, body: request.body };
    case 'slo': {
      const search = { from_ts: String(request.from / 1000), to_ts: String(request.to / 1000) };
      const path = `/api/v1/slo/${encodeURIComponent(request.slo)}/history`;
      return { method: 'GET', path, search, body: null };
    }
  }
}
