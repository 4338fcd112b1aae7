import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { grpc, GrpcClient } from 'google-gax';
import { GrpcStatusError } from './grpc-status-error.ts';

/** Answers one call; the signal is aborted when the caller gives up. Throw `GrpcStatusError` for another status. */
export type LoopbackHandler = (request: Record<string, unknown>, signal: AbortSignal) => Promise<object>;

export interface LoopbackService {
  /** The SDK's own definitions: '@google-cloud/monitoring/build/protos/protos.json'. */
  readonly protos: string;
  /** 'google.monitoring.v3.MetricService' */
  readonly service: string;
  /** By the method's name in the proto: ListTimeSeries. */
  readonly methods: Readonly<Record<string, LoopbackHandler>>;
}

/** A gRPC server on 127.0.0.1 that speaks the protocol of an SDK's own protos. */
export class LoopbackServer {
  readonly #service: LoopbackService;
  #server: grpc.Server | null = null;
  #port = 0;

  constructor(service: LoopbackService) {
    this.#service = service;
  }

  /** What an endpoint setting takes: `http://127.0.0.1:PORT`, the same after `stop` and `start`. */
  get endpoint(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  async start(): Promise<void> {
    const server = new grpc.Server();
    server.addService(await definitionOf(this.#service), implementationOf(this.#service.methods));
    this.#port = await new Promise<number>((resolve, reject) => {
      const address = `127.0.0.1:${String(this.#port)}`;
      server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    this.#server = server;
  }

  /** Ends at once; calls under way are cut off. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = null;
  }
}

async function definitionOf({ protos, service }: LoopbackService): Promise<grpc.ServiceDefinition> {
  const path = createRequire(import.meta.url).resolve(protos);
  const json = JSON.parse(await readFile(path, 'utf8')) as Parameters<GrpcClient['loadProtoJSON']>[0];
  // Without credentials, so that nothing looks for any.
  const loaded: unknown = new GrpcClient({ auth: {} as never }).loadProtoJSON(json);
  const found = service.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), loaded);
  return (found as { readonly service: grpc.ServiceDefinition }).service;
}

type Unary = grpc.handleUnaryCall<Record<string, unknown>, object>;

function implementationOf(methods: LoopbackService['methods']): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, handler]): [string, Unary] => [
      name,
      (call, callback) => {
        const gone = new AbortController();
        call.on('cancelled', () => {
          gone.abort();
        });
        const answer = async (): Promise<void> => {
          try {
            callback(null, await handler(call.request, gone.signal));
          } catch (error) {
            callback(statusOf(error));
          }
        };
        void answer();
      },
    ]),
  );
}

function statusOf(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof GrpcStatusError)
    return { code: error.code, details: error.message, metadata: error.metadata };
  return { code: grpc.status.INTERNAL, details: `the emulator failed: ${String(error)}` };
}
