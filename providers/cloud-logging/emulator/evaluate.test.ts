import { describe, expect, test } from 'vitest';
import { parseFilter } from '../filter/parse.ts';
import { compileFilter } from './evaluate.ts';
import type { LogLine } from './model.ts';

const LINE: LogLine = {
  logName: 'projects/shop-prod/logs/run.googleapis.com%2Frequests',
  insertId: 'a1',
  timestamp: Date.UTC(2026, 0, 15, 10),
  receiveTimestamp: Date.UTC(2026, 0, 15, 10, 0, 2),
  severity: 'WARNING',
  resource: { type: 'k8s_container', labels: { namespace_name: 'Shop' } },
  labels: { 'k8s-pod/app': 'Cart' },
  httpRequest: { requestMethod: 'GET', status: 404, latencySeconds: 0.25 },
  jsonPayload: { took: 12, ok: false, user: { name: 'Ann' } },
};

const holds = (filter: string, line: LogLine = LINE): boolean => compileFilter(parseFilter(filter))(line);

describe('the Logging query language: an entry', () => {
  test.each([
    // Case does not matter, but for regular expressions.
    'resource.labels.namespace_name="shop"',
    'labels."k8s-pod/app":"CAR"',
    'jsonPayload.user.name=~"^A"',
    'jsonPayload.user.name!~"^a"',
    // NOT binds tightest, then OR, then AND.
    'severity=ERROR OR severity=WARNING AND httpRequest.status=404',
    'NOT severity=ERROR OR severity=WARNING',
    '-severity=ERROR',
    // Values are converted to the type of the field.
    'httpRequest.status>=404 httpRequest.status<"405"',
    'jsonPayload.took>=12',
    'jsonPayload.ok=false',
    'severity>NOTICE severity<=WARNING',
    'httpRequest.latency>"0.2s" AND httpRequest.latency<="250ms"',
    'timestamp>="2026-01-15T10:00:00Z" AND timestamp<"2026-01-15T10:00:01Z"',
    // Presence.
    'httpRequest:*',
    'jsonPayload.user:*',
    'NOT jsonPayload.code:*',
    // Missing fields of the payload fail silently, those of an entry have a default.
    'NOT jsonPayload.code!="x"',
    'httpRequest.userAgent=""',
    'log_id("run.googleapis.com/requests")',
    '"ann"',
  ])('is found by %s', (filter) => {
    expect(holds(filter)).toBe(true);
  });

  test.each([
    '(severity=ERROR OR severity=WARNING) AND httpRequest.status=500',
    'NOT (severity=ERROR OR severity=WARNING)',
    'jsonPayload.user.name=~"^a"',
    'jsonPayload.code!="x"',
    'jsonPayload.code<5',
    'jsonPayload.took="twelve"',
    'labels."k8s-pod/other":*',
    'httpRequest.latency>"0.25s"',
    'timestamp<"2026-01-15T10:00:00Z"',
    'log_id("requests")',
    '"bob"',
  ])('is not found by %s', (filter) => {
    expect(holds(filter)).toBe(false);
  });

  test('without an HTTP request has status 0 in a comparison', () => {
    const { httpRequest: _, ...line } = LINE;
    expect(holds('httpRequest.status<500', line)).toBe(true);
    expect(holds('httpRequest:*', line)).toBe(false);
  });

  test.each([
    'status=500',
    'httprequest.status=500',
    'severity=LOUD',
    'timestamp>"soon"',
    'httpRequest.latency>"long"',
  ])('is not looked for by %s, which is refused', (filter) => {
    expect(() => holds(filter)).toThrow(/./);
  });
});
