import type { EpochMs } from '../../../src/core/units.ts';
import type { TrafficRow } from './entry-store.ts';
import type { LogLine } from './model.ts';

/** Where the entries of a service lie. */
export interface Place {
  readonly project: string;
  readonly namespace: string;
  readonly cluster: string;
}

/** The request log of a service on GKE: one entry a request, its status in `httpRequest`, its route in the payload. */
export function requestLine(
  { project, namespace, cluster }: Place,
  row: Pick<TrafficRow, 'hash' | 'pod' | 'group'>,
  insertId: string,
  at: EpochMs,
  isBad: boolean,
): LogLine {
  return {
    logName: `projects/${project}/logs/stdout`,
    insertId,
    timestamp: at,
    receiveTimestamp: at + 1500,
    severity: isBad ? 'ERROR' : 'INFO',
    resource: {
      type: 'k8s_container',
      labels: { namespace_name: namespace, cluster_name: cluster, pod_name: row.pod },
    },
    labels: { 'k8s-pod/rollouts-pod-template-hash': row.hash },
    httpRequest: { requestMethod: 'GET', status: isBad ? 503 : 200 },
    jsonPayload: { route: row.group },
  };
}

/** Lines of traffic rows, named so that the same row makes the same entries every time. */
export function rowLine(
  place: Place,
): (row: TrafficRow, nth: number, at: EpochMs, isBad: boolean) => LogLine {
  return (row, nth, at, isBad) =>
    requestLine(
      place,
      row,
      `${row.hash}-${row.pod}-${row.group}-${String(row.time)}-${String(nth)}`,
      at,
      isBad,
    );
}
