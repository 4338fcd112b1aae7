import { ProviderError } from '../../../src/core/errors.ts';
import type { DurationMs } from '../../../src/core/units.ts';
import { grpcFault, type CallContext } from './grpc-fault.ts';

/** What the SDK's `innerApiCalls` return; the wrapped methods of a client cannot be cancelled. */
interface Cancellable extends Promise<unknown> {
  cancel?(): void;
}

/** One method of `client.innerApiCalls`. */
export type InnerApiCall = (request: object, options: object) => Cancellable;

export interface UnaryCallOptions {
  readonly signal: AbortSignal;
  /** Of this one call. Default 4 s. */
  readonly timeoutMs?: DurationMs;
  /** `x-goog-request-params`, by which Google's front ends route: { name: 'projects/shop-prod' }. */
  readonly routing: Readonly<Record<string, string>>;
  readonly context: CallContext;
}

export const CALL_TIMEOUT: DurationMs = 4000;
/** The SDK's deadline comes first and knows more; this one is for a call that never got as far. */
const GRACE: DurationMs = 250;

/**
 * One gRPC call, tried once: the SDK's own retries would hide the true status behind DEADLINE_EXCEEDED. Resolves to
 * the raw response. Ends with the signal's reason once that is aborted, else throws `ProviderError`.
 */
export async function unaryCall(
  method: InnerApiCall,
  request: object,
  { signal, timeoutMs = CALL_TIMEOUT, routing, context }: UnaryCallOptions,
): Promise<unknown> {
  signal.throwIfAborted();
  const call = method(request, {
    timeout: timeoutMs,
    retry: null,
    autoPaginate: false,
    otherArgs: { headers: { 'x-goog-request-params': new URLSearchParams(routing).toString() } },
  });
  const cancel = (): void => call.cancel?.();
  signal.addEventListener('abort', cancel, { once: true });
  const late = setTimeout(cancel, timeoutMs + GRACE);
  try {
    return rawOf(await call);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ProviderError ? error : grpcFault(error, context);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', cancel);
  }
}

/** `[response]`, or for a paged method `[resources, next request, response]`: the last has `executionErrors` too. */
function rawOf(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  const [first, , raw] = answer as readonly unknown[];
  return Array.isArray(first) ? raw : first;
}
