import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrpcStatusError } from '../../_shared/google/emulator/grpc-status-error.ts';
import { LoopbackServer } from '../../_shared/google/emulator/loopback-server.ts';
import { answerList, InvalidQuestion, type Answered } from './answer-list.ts';
import { descriptorMessage, pageMessage, readQuestion } from './emulator-messages.ts';
import type { EmulatorFault } from './faults.ts';
import type { Model, ProjectModel, RawPoint } from './model.ts';

export interface EmulatorOptions {
  /** The service's clock; decides which points have been ingested. */
  readonly now?: () => number;
  /** From the end of a point until it can be read. Default 0. */
  readonly ingestDelayMs?: number;
}

/** google.rpc.Code */
const CODE = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

/** Cloud Monitoring on 127.0.0.1: the gRPC service of the SDK's own protos over a model of what was written. */
export class CloudMonitoringEmulator {
  /** Projects by id; may be changed at any time. */
  readonly model: Model;
  /** What is wrong just now. */
  fault: EmulatorFault | null = null;
  /** So far. */
  readonly counted = { listTimeSeries: 0, getMetricDescriptor: 0, points: 0 };
  readonly filters: string[] = [];
  readonly #options: EmulatorOptions;
  readonly #server: LoopbackServer;
  #paged: { readonly digest: string; readonly answered: Answered } | null = null;

  constructor(model: Model, options: EmulatorOptions = {}) {
    this.model = model;
    this.#options = options;
    this.#server = new LoopbackServer({
      protos: '@google-cloud/monitoring/build/protos/protos.json',
      service: 'google.monitoring.v3.MetricService',
      methods: {
        ListTimeSeries: async (request, signal) => this.#list(request, signal),
        GetMetricDescriptor: async (request, signal) => this.#descriptor(request, signal),
      },
    });
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  stop(): void {
    this.#server.stop();
  }

  async #list(request: Record<string, unknown>, signal: AbortSignal): Promise<object> {
    this.counted.listTimeSeries += 1;
    const question = readQuestion(request);
    await this.#suffer('monitoring.timeSeries.list', signal);
    this.filters.push(question.filter);
    const { fault } = this;
    if (fault?.kind === 'endless-page-token')
      return { timeSeries: [], nextPageToken: `more-${String(this.counted.listTimeSeries)}` };
    const digest = createHash('sha256')
      .update(JSON.stringify({ ...question, pageToken: '' }))
      .digest('hex')
      .slice(0, 8);
    const [tokenDigest, offset] = question.pageToken === '' ? [digest, '0'] : question.pageToken.split('-');
    if (tokenDigest !== digest)
      throw new GrpcStatusError(CODE.INVALID_ARGUMENT, 'The page token is not valid here.');
    // Later pages are of the answer that the first was of.
    if (offset === '0' || this.#paged?.digest !== digest)
      this.#paged = { digest, answered: this.#answer(question) };
    const page = pageMessage(this.#paged.answered, question, Number(offset));
    this.counted.points += page.points;
    const message = {
      ...page.message,
      nextPageToken: page.next === null ? '' : `${digest}-${String(page.next)}`,
    };
    return this.#spoil(message);
  }

  #answer(question: ReturnType<typeof readQuestion>): Answered {
    const project = this.#project(question.project);
    try {
      return answerList(question, project, (point) => this.#visible(point));
    } catch (error) {
      if (error instanceof InvalidQuestion) throw new GrpcStatusError(CODE.INVALID_ARGUMENT, error.message);
      throw error;
    }
  }

  async #descriptor(request: Record<string, unknown>, signal: AbortSignal): Promise<object> {
    this.counted.getMetricDescriptor += 1;
    await this.#suffer('monitoring.metricDescriptors.get', signal);
    const [, project = '', type = ''] =
      /^projects\/([^/]+)\/metricDescriptors\/(.+)$/.exec(String(request['name'])) ?? [];
    const metric = this.#project(project).metrics.get(type);
    if (metric === undefined)
      throw new GrpcStatusError(CODE.NOT_FOUND, `Could not find descriptor for metric '${type}'.`);
    return descriptorMessage(metric);
  }

  #project(name: string): ProjectModel {
    const project = this.model.get(name);
    if (project === undefined)
      throw new GrpcStatusError(CODE.PERMISSION_DENIED, `Permission denied on project ${name}.`);
    return project;
  }

  #visible(point: RawPoint): RawPoint | null {
    const { now = Date.now, ingestDelayMs = 0 } = this.#options;
    const late = this.fault?.kind === 'late-data' ? this.fault.seconds * 1000 : 0;
    if (point.end > now() - ingestDelayMs - late) return null;
    const ahead = this.fault?.kind === 'clock-skew' ? this.fault.seconds * 1000 : 0;
    return ahead === 0 ? point : { ...point, start: point.start + ahead, end: point.end + ahead };
  }

  /** Faults that let nothing come back. */
  async #suffer(permission: string, signal: AbortSignal): Promise<void> {
    const { fault } = this;
    switch (fault?.kind) {
      case 'hang':
        // Longer than anybody waits, and no longer than the caller does.
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        throw new GrpcStatusError(CODE.UNAVAILABLE, 'The caller is gone.');
      case 'unavailable':
        throw new GrpcStatusError(CODE.UNAVAILABLE, 'The service is currently unavailable.');
      case 'internal':
        throw new GrpcStatusError(CODE.INTERNAL, 'An internal error occurred.');
      case 'unauthenticated':
        throw new GrpcStatusError(CODE.UNAUTHENTICATED, 'Request had invalid authentication credentials.');
      case 'resource-exhausted':
        throw new GrpcStatusError(CODE.RESOURCE_EXHAUSTED, 'Query aborted. Please reduce the query rate.', {
          ...(fault.retryAfterSeconds !== undefined && { retryAfterSeconds: fault.retryAfterSeconds }),
        });
      case 'permission-denied':
        if (fault.permission !== undefined && fault.permission !== permission) return;
        throw new GrpcStatusError(
          CODE.PERMISSION_DENIED,
          `Permission ${permission} denied (or the resource may not exist).`,
          {
            reason: 'IAM_PERMISSION_DENIED',
            metadata: { permission },
          },
        );
      case 'execution-errors':
      case 'truncated-page':
      case 'endless-page-token':
      case 'late-data':
      case 'clock-skew':
      case undefined:
        return;
    }
  }

  /** Faults of an answer that comes back. */
  #spoil(message: { timeSeries: readonly { points: readonly object[] }[] }): object {
    const { timeSeries } = message;
    if (this.fault?.kind === 'execution-errors')
      return {
        ...message,
        timeSeries: timeSeries.slice(0, Math.floor(timeSeries.length / 2)),
        executionErrors: [{ code: 14, message: 'Some shards could not be read.' }],
      };
    if (this.fault?.kind !== 'truncated-page') return message;
    return {
      ...message,
      timeSeries: timeSeries.map(({ points, ...series }, index) => ({
        ...series,
        points:
          index < timeSeries.length - 1
            ? points
            : points.map((point, nth) => (nth < points.length - 1 ? point : { ...point, value: undefined })),
      })),
    };
  }
}
