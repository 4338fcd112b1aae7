import { grpc } from 'google-gax';
import { GrpcStatusError } from '../../_shared/google/emulator/grpc-status-error.ts';
import type { LogLine } from './model.ts';

/** What can go wrong with an API. */
export type FaultKind =
  | 'none'
  | 'hang'
  | 'unavailable'
  | 'quota'
  | 'denied'
  | 'not found'
  | 'truncated page'
  | 'endless token'
  | 'endless empty pages'
  | 'empty pages between'
  | 'entries of another time';

export interface Fault {
  readonly kind: FaultKind;
  /** So many calls go well before. */
  readonly afterCalls?: number;
  /** Another order of what was found, or some of it twice: a server that does not keep its word. */
  readonly order?: (lines: readonly LogLine[]) => readonly LogLine[];
}

export const NO_FAULT: Fault = { kind: 'none' };
const PERMISSION = 'logging.logEntries.list';
const DAY_BEFORE = 86_400_000;

/** Throws, or waits for ever, where the fault says so. */
export async function beforePage({ kind }: Fault, signal: AbortSignal): Promise<void> {
  switch (kind) {
    case 'hang':
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    case 'unavailable':
      throw new GrpcStatusError(grpc.status.UNAVAILABLE, 'The service is currently unavailable.');
    case 'quota':
      throw new GrpcStatusError(grpc.status.RESOURCE_EXHAUSTED, 'Quota exceeded', {
        reason: 'RATE_LIMIT_EXCEEDED',
        retryAfterSeconds: 30,
      });
    case 'denied':
      throw new GrpcStatusError(
        grpc.status.PERMISSION_DENIED,
        `Permission '${PERMISSION}' denied on resource (or it may not exist).`,
        { reason: 'IAM_PERMISSION_DENIED', metadata: { permission: PERMISSION } },
      );
    case 'not found':
      throw new GrpcStatusError(grpc.status.NOT_FOUND, 'Project does not exist');
    case 'none':
    case 'truncated page':
    case 'endless token':
    case 'endless empty pages':
    case 'empty pages between':
    case 'entries of another time':
      return undefined;
  }
}

/** An entry as a server with this fault sends it. */
export function brokenLine(fault: Fault, line: LogLine): LogLine | null {
  if (fault.kind === 'truncated page') return null;
  return fault.kind === 'entries of another time'
    ? { ...line, timestamp: line.timestamp - DAY_BEFORE }
    : line;
}
