import { ProviderError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';

/** How a provider fares: what `/readyz` and `/metrics` tell of it. */
export interface CallReport {
  readonly provider: string;
  readonly call: 'fetchCounts' | 'settlingLag' | 'checkAccess';
  /** 'ok', or the fault code; 'deadline' where the caller gave up. */
  readonly outcome: string;
  readonly seconds: number;
}

/** Decorates a provider so that every call is reported once it has ended, whatever its end. */
export function measured(name: string, inner: AnyProvider, report: (call: CallReport) => void): AnyProvider {
  const timed = async <T>(
    call: CallReport['call'],
    work: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const start = performance.now();
    let isReported = false;
    const done = (outcome: string): void => {
      if (isReported) return;
      isReported = true;
      report({ provider: name, call, outcome, seconds: (performance.now() - start) / 1000 });
    };
    // A call that ignores its signal would otherwise never be seen to hang.
    const late = (): void => {
      done('deadline');
    };
    signal.addEventListener('abort', late, { once: true });
    try {
      const result = await work();
      done('ok');
      return result;
    } catch (error) {
      done(error instanceof ProviderError ? error.code : signal.aborted ? 'deadline' : 'internal');
      throw error;
    } finally {
      signal.removeEventListener('abort', late);
    }
  };
  return {
    fetchCounts: async (request, signal) =>
      timed('fetchCounts', async () => inner.fetchCounts(request, signal), signal),
    settlingLag: async (queries, signal) =>
      timed('settlingLag', async () => inner.settlingLag(queries, signal), signal),
    checkAccess: async (queries, signal) =>
      timed('checkAccess', async () => inner.checkAccess(queries, signal), signal),
    close: async () => inner.close(),
  };
}
