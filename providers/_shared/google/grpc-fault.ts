import { Status } from 'google-gax';
import { ProviderError, type ProviderFault } from '../../../src/core/errors.ts';
import { shown } from '../../../src/core/parsed.ts';
import type { DurationMs } from '../../../src/core/units.ts';

/** What a failed call was about, for its message. */
export interface CallContext {
  /** "Cloud Monitoring" */
  readonly api: string;
  /** "listing time series of projects/shop-prod" */
  readonly action: string;
  /** What the call needs: "monitoring.timeSeries.list". */
  readonly permission: string;
  /** A role that has it: "roles/monitoring.viewer". */
  readonly role: string;
  /** Whom we act as. */
  readonly principal: string;
  /** What the call counts against or asks about: a project. */
  readonly project: string;
  /** Where a person compares a refused query: "with the metric in the Metrics Explorer of the project". */
  readonly compare: string;
}

/** Where the API does not say how long: its limits are counted by the minute, and other callers come back too. */
const BACK_OFF: DurationMs = 15_000;

/** A failed gRPC call in the words of the port. */
export function grpcFault(error: unknown, context: CallContext): ProviderError {
  const fault = read(error);
  const { code, message, remedy } = describe(fault, context);
  return new ProviderError({
    code,
    message,
    remedy,
    retryable: code !== 'provider-rejected' && code !== 'provider-denied',
    cause: error,
  });
}

/** How long nobody should call after this error; null: no such limit was hit. */
export function backOffOf(error: unknown): DurationMs | null {
  const { status, details } = read(error);
  if (status !== Status.RESOURCE_EXHAUSTED || isTooLarge(details)) return null;
  const told = retryDelayOf(error);
  return told ?? BACK_OFF;
}

/** Whether the credentials were refused, so that they should be read anew before the next call. */
export function isUnauthenticated(error: unknown): boolean {
  return read(error).status === Status.UNAUTHENTICATED;
}

interface GrpcError {
  readonly status: Status | null;
  readonly details: string;
  /** google.rpc.ErrorInfo */
  readonly reason: string;
  readonly metadata: unknown;
}

function read(error: unknown): GrpcError {
  const code = property(error, 'code');
  const reason = property(error, 'reason');
  const details = property(error, 'details') ?? property(error, 'message');
  return {
    status: typeof code === 'number' && code in Status ? code : null,
    details: typeof details === 'string' ? details : '',
    reason: typeof reason === 'string' ? reason : '',
    metadata: property(error, 'errorInfoMetadata'),
  };
}

interface Told {
  readonly code: ProviderFault;
  readonly message: string;
  readonly remedy: string;
}

const NEXT_LOOK = 'Nothing: the next look asks again.';

/** The API's own words are shown for refused queries only: there they say what is wrong with the SLO file. */
function describe(fault: GrpcError, context: CallContext): Told {
  switch (fault.status) {
    case Status.INVALID_ARGUMENT:
    case Status.NOT_FOUND:
    case Status.FAILED_PRECONDITION:
    case Status.OUT_OF_RANGE:
    case Status.UNIMPLEMENTED:
    case Status.ALREADY_EXISTS:
      return rejected(fault, context);
    case Status.PERMISSION_DENIED:
      return denied(fault, context);
    case Status.UNAUTHENTICATED:
      return {
        code: 'provider-denied',
        message: `${context.api} does not accept our credentials for ${context.action} (${context.principal}).`,
        remedy: 'Renew the credentials file, or check the binding of the Kubernetes service account.',
      };
    case Status.RESOURCE_EXHAUSTED:
      return exhausted(fault, context);
    case Status.DEADLINE_EXCEEDED:
    case Status.CANCELLED:
      return late(context);
    case Status.DATA_LOSS:
      return garbled(context);
    case Status.INTERNAL:
      return isUnreadable(fault.details) ? garbled(context) : unavailable(fault, context);
    case Status.UNKNOWN:
      return isTokenRefused(fault.details) ? tokenRefused(context) : unavailable(fault, context);
    case Status.UNAVAILABLE:
    case Status.ABORTED:
    case Status.OK:
    case null:
      return unavailable(fault, context);
  }
}

function rejected({ status, details }: GrpcError, { api, action, compare }: CallContext): Told {
  return {
    code: 'provider-rejected',
    message: `${api} refused ${action}: ${shown(details)} (${status === null ? 'no status' : Status[status]}).`,
    remedy: `Compare the query of the SLO file ${compare}.`,
  };
}

function late({ api, action }: CallContext): Told {
  return {
    code: 'provider-timeout',
    message: `${api} did not answer in time: ${action}.`,
    remedy: NEXT_LOOK,
  };
}

function unavailable({ status, details }: GrpcError, { api, action }: CallContext): Told {
  const isLocal = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|No connection established|name resolution/i.test(details);
  return {
    code: 'provider-unavailable',
    message: `${api} ${isLocal ? 'cannot be reached' : 'is unavailable'}: ${action} (${status === null ? 'no status' : Status[status]}).`,
    remedy: isLocal ? 'Check the network path and the proxy from here to the API.' : NEXT_LOOK,
  };
}

function garbled({ api, action }: CallContext): Told {
  return {
    code: 'provider-garbled',
    message: `The answer of ${api} cannot be read: ${action}.`,
    remedy: 'Check whether something between here and the API changes its answers.',
  };
}

function exhausted({ details }: GrpcError, { api, action, project }: CallContext): Told {
  if (isTooLarge(details))
    return {
      code: 'provider-rejected',
      message: `The answer of ${api} is too large: ${action}.`,
      remedy: 'Narrow the filter or leave out the breakdown.',
    };
  return {
    code: 'provider-quota',
    message: `${api} limits our calls: ${action}.`,
    remedy: `See the quota of ${project} in the console; other readers of the project share it.`,
  };
}

function denied({ reason, metadata }: GrpcError, context: CallContext): Told {
  const { api, action, project, principal } = context;
  const code = 'provider-denied';
  if (reason === 'SERVICE_DISABLED')
    return {
      code,
      message: `${api} is not enabled in ${project}.`,
      remedy: `Enable it: gcloud services enable ${serviceOf(metadata)} --project=${project}`,
    };
  if (reason === 'USER_PROJECT_DENIED')
    return {
      code,
      message: `${principal} may not count calls against the quota project: ${action}.`,
      remedy:
        'Grant roles/serviceusage.serviceUsageConsumer there, or leave BURNGATE_GOOGLE_QUOTA_PROJECT out.',
    };
  const told = property(metadata, 'permission');
  const permission = typeof told === 'string' && /^[\w.]{1,100}$/.test(told) ? told : context.permission;
  return {
    code,
    message: `${principal} lacks the permission ${permission}: ${action}.`,
    remedy: `Grant ${context.role} in ${project} to it.`,
  };
}

function tokenRefused({ api, action, principal }: CallContext): Told {
  return {
    code: 'provider-denied',
    message: `No access token for ${api} could be had for ${principal}: ${action}.`,
    remedy:
      'Check the key or the binding of the identity pool, and roles/iam.serviceAccountTokenCreator for impersonation.',
  };
}

function serviceOf(metadata: unknown): string {
  const service = property(metadata, 'service');
  return typeof service === 'string' && /^[a-z.]{1,60}$/.test(service)
    ? service
    : 'the API named in the console';
}

/** The client's own limits carry the server's status code. */
function isTooLarge(details: string): boolean {
  return /larger than max/i.test(details);
}

function isUnreadable(details: string): boolean {
  return /pars(?:e|ing)|deserializ|decod|decompress|protocol error/i.test(details);
}

/** The library's words for a token endpoint that said no; anything else there is a fault of the network. */
function isTokenRefused(details: string): boolean {
  return (
    details.startsWith('Getting metadata from plugin failed') &&
    /invalid_|unauthorized|denied|40[0134]|impersonat/i.test(details)
  );
}

function retryDelayOf(error: unknown): DurationMs | null {
  const details = property(error, 'statusDetails');
  if (!Array.isArray(details)) return null;
  for (const detail of details as readonly unknown[]) {
    const delay = property(detail, 'retryDelay');
    const seconds = Number(property(delay, 'seconds') ?? 0);
    const nanos = Number(property(delay, 'nanos') ?? 0);
    const ms = seconds * 1000 + nanos / 1e6;
    if (Number.isFinite(ms) && ms > 0) return ms;
  }
  return null;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
