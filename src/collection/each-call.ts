import type { AnyProvider, CountsRequest } from '../core/provider.ts';

/** Which call of the port is under way, and for which queries. */
export interface CallContext {
  readonly call: 'fetchCounts' | 'settlingLag' | 'checkAccess';
  readonly queries: CountsRequest<unknown>['queries'];
  /** Looks ask for settled counts; whatever else asks (reports) must not cost them the provider. */
  readonly purpose: 'look' | 'report';
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
        {
          call: 'fetchCounts',
          queries: request.queries,
          purpose: request.settledBefore === undefined ? 'report' : 'look',
        },
        signal,
      ),
    settlingLag: async (queries, signal) =>
      around(
        async (each) => inner.settlingLag(queries, each),
        { call: 'settlingLag', queries, purpose: 'look' },
        signal,
      ),
    checkAccess: async (queries, signal) =>
      around(
        async (each) => inner.checkAccess(queries, each),
        { call: 'checkAccess', queries, purpose: 'look' },
        signal,
      ),
    close: async () => inner.close(),
  };
}
