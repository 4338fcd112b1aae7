import type { AnyProvider } from '../core/provider.ts';

/** Which call of the port is under way, and for which queries. */
export interface CallContext {
  readonly call: 'fetchCounts' | 'settlingLag' | 'checkAccess';
  readonly queries: unknown;
}

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** What stands around every call of a provider. */
export type Around = <T>(work: Work<T>, context: CallContext, signal: AbortSignal) => Promise<T>;

/** Decorates the calls of a provider that ask it something, all in the same way. */
export function eachCall(inner: AnyProvider, around: Around): AnyProvider {
  return {
    fetchCounts: async (request, signal) =>
      around(
        async (each) => inner.fetchCounts(request, each),
        { call: 'fetchCounts', queries: request.queries },
        signal,
      ),
    settlingLag: async (queries, signal) =>
      around(async (each) => inner.settlingLag(queries, each), { call: 'settlingLag', queries }, signal),
    checkAccess: async (queries, signal) =>
      around(async (each) => inner.checkAccess(queries, each), { call: 'checkAccess', queries }, signal),
    close: async () => inner.close(),
  };
}
