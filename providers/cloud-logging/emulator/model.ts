import type { EpochMs } from '../../../src/core/units.ts';

/** A JSON object of an entry's payload. */
export interface Json {
  readonly [key: string]: string | number | boolean | Json | undefined;
}

/** A log entry as people know it from the Logs Explorer; absent is absent. */
export interface LogLine {
  /** 'projects/shop-prod/logs/stdout' */
  readonly logName: string;
  readonly insertId: string;
  readonly timestamp: EpochMs;
  readonly receiveTimestamp: EpochMs;
  readonly severity: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly labels: Readonly<Record<string, string>>;
  readonly httpRequest?: {
    readonly requestMethod?: string;
    readonly requestUrl?: string;
    readonly status?: number;
    readonly latencySeconds?: number;
    readonly userAgent?: string;
  };
  readonly jsonPayload?: Json;
  readonly textPayload?: string;
}

/** An entry as the proto has it, for the wire. */
export function toMessage(line: LogLine): object {
  const { timestamp, receiveTimestamp, httpRequest, jsonPayload, ...rest } = line;
  const { latencySeconds, ...http } = httpRequest ?? {};
  return {
    ...rest,
    timestamp: timeMessage(timestamp),
    receiveTimestamp: timeMessage(receiveTimestamp),
    ...(httpRequest !== undefined && {
      httpRequest: {
        ...http,
        ...(latencySeconds !== undefined && { latency: durationMessage(latencySeconds) }),
      },
    }),
    ...(jsonPayload !== undefined && { jsonPayload: structMessage(jsonPayload) }),
  };
}

function timeMessage(time: EpochMs): object {
  const seconds = Math.floor(time / 1000);
  return { seconds, nanos: Math.round((time - seconds * 1000) * 1e6) };
}

function durationMessage(span: number): object {
  const seconds = Math.floor(span);
  return { seconds, nanos: Math.round((span - seconds) * 1e9) };
}

function structMessage(json: Json): object {
  const fields = Object.entries(json).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, valueMessage(value)] as const],
  );
  return { fields: Object.fromEntries(fields) };
}

function valueMessage(value: string | number | boolean | Json): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return { structValue: structMessage(value) };
}
