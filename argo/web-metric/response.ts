import { decodeJson } from '../go/decode-json.ts';
import { encodeJson } from '../go/encode-json.ts';
import type { GoValue } from '../go/value.ts';
import { evaluateCondition } from '../expression/condition.ts';
import type { ArgoVersion } from '../expression/dialect.ts';
import { findFirst } from '../json-path/find.ts';
import { parseJsonPath } from '../json-path/parse.ts';
import { JsonPathError } from '../json-path/syntax.ts';

export type MeasurementPhase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** What one answer amounts to. `value` is Argo's re-marshalled text, empty after an error. */
export interface Treatment {
  readonly phase: MeasurementPhase;
  readonly value: string;
  readonly error: string | null;
}

/** How a web metric reads an answer; an absent or empty condition is no condition. */
export interface Reading {
  readonly jsonPath?: string | undefined;
  readonly successCondition?: string | undefined;
  readonly failureCondition?: string | undefined;
}

/**
 * Treats the body of a 2xx answer as the web metric provider of Argo Rollouts does.
 *
 * @param nowMs what `now()` in a condition answers
 */
export function treatBody(
  body: Uint8Array,
  reading: Reading,
  version: ArgoVersion,
  nowMs: number,
): Treatment {
  // A BOM must survive: Go does not take a document with one for JSON.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const document = decodeJson(text);
  if (document === undefined) return treatNonJson(text, reading, version, nowMs);
  const found = findIn(document, reading.jsonPath);
  switch (found.kind) {
    case 'value':
      return judge(found.value, encodeJson(found.value), reading, version, nowMs);
    case 'nothing':
      return failed('result of web metric produced no value');
    case 'error':
      return failed(`Could not find JSONPath in body: ${found.message}`);
    case 'panic':
      return failed(`PANIC(uncaught in controller): ${found.message}`);
  }
}

// The trap behind "always complete JSON": v1.9.1 takes any other 2xx body for a success.
function treatNonJson(text: string, reading: Reading, version: ArgoVersion, nowMs: number): Treatment {
  if (version === 'v1.9.1') return { phase: 'Successful', value: text, error: null };
  return judge({ type: 'string', value: text }, text, reading, version, nowMs);
}

/**
 * The error of a jsonPath that cannot be parsed; Argo finds it before it sends the request.
 */
export function jsonPathProblem(jsonPath: string | undefined): string | undefined {
  try {
    parseJsonPath(pathOrDefault(jsonPath));
    return undefined;
  } catch (error) {
    if (error instanceof JsonPathError) return error.message;
    throw error;
  }
}

const pathOrDefault = (jsonPath: string | undefined): string =>
  jsonPath === undefined || jsonPath === '' ? '{$}' : jsonPath;

function findIn(document: GoValue, jsonPath: string | undefined) {
  return findFirst(parseJsonPath(pathOrDefault(jsonPath)), document);
}

function failed(error: string): Treatment {
  return { phase: 'Error', value: '', error };
}

/** Puts a value to the conditions of a metric. `shown` is what Argo stores of it. */
export function judge(
  value: GoValue,
  shown: string,
  reading: Reading,
  version: ArgoVersion,
  nowMs: number,
): Treatment {
  const ask = (name: 'successCondition' | 'failureCondition'): boolean | undefined | Treatment => {
    const condition = reading[name];
    if (condition === undefined || condition === '') return undefined;
    const outcome = evaluateCondition(condition, value, version, nowMs);
    return 'holds' in outcome
      ? outcome.holds
      : failed(explain(outcome.error, name, condition, value, version));
  };
  const success = ask('successCondition');
  if (typeof success === 'object') return success;
  const failure = ask('failureCondition');
  if (typeof failure === 'object') return failure;
  return { phase: phaseOf(success, failure), value: shown, error: null };
}

/** Failure is looked at first; with one condition only, the other is its negation. */
function phaseOf(success: boolean | undefined, failure: boolean | undefined): MeasurementPhase {
  if (failure ?? success === false) return 'Failed';
  return (success ?? true) ? 'Successful' : 'Inconclusive';
}

function explain(
  error: string,
  name: string,
  condition: string,
  value: GoValue,
  version: ArgoVersion,
): string {
  if (version === 'v1.9.1') return error;
  const isEmpty = value.type === 'nil' || (value.type === 'slice' && value.items.length === 0);
  const cause = isEmpty ? 'metric result is nil or empty: no data returned from the metric provider' : error;
  return `could not evaluate ${name} "${condition}": ${cause}`;
}
