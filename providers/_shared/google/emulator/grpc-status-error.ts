import { grpc, protobuf } from 'google-gax';

/** The parts of google.rpc that errors carry in `grpc-status-details-bin`. */
const RPC = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: { type: 'string', id: 2 },
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: { type: 'string', id: 1 },
        domain: { type: 'string', id: 2 },
        // A map is on the wire what a list of entries is.
        metadata: { rule: 'repeated', type: 'Entry', id: 3 },
      },
    },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    RetryInfo: { fields: { retryDelay: { type: 'Duration', id: 1 } } },
  },
});

export interface StatusDetails {
  /** google.rpc.ErrorInfo: IAM_PERMISSION_DENIED, SERVICE_DISABLED, RATE_LIMIT_EXCEEDED, ... */
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** google.rpc.RetryInfo */
  readonly retryAfterSeconds?: number;
}

/** What a handler of the loopback server throws to end its call with a status, details included as Google sends them. */
export class GrpcStatusError extends Error {
  override readonly name = 'GrpcStatusError';
  readonly code: grpc.status;
  readonly metadata = new grpc.Metadata();

  constructor(code: grpc.status, message: string, details: StatusDetails = {}) {
    super(message);
    this.code = code;
    const packed = [
      ...(details.reason === undefined
        ? []
        : [
            pack('ErrorInfo', {
              reason: details.reason,
              domain: 'googleapis.com',
              metadata: Object.entries(details.metadata ?? {}).map(([key, value]) => ({ key, value })),
            }),
          ]),
      ...(details.retryAfterSeconds === undefined
        ? []
        : [pack('RetryInfo', { retryDelay: { seconds: details.retryAfterSeconds } })]),
    ];
    if (packed.length > 0)
      this.metadata.set('grpc-status-details-bin', encode('Status', { code, message, details: packed }));
  }
}

function pack(type: string, value: object): object {
  return { type_url: `type.googleapis.com/google.rpc.${type}`, value: encode(type, value) };
}

function encode(type: string, value: object): Buffer {
  const found = RPC.lookupType(type);
  return Buffer.from(found.encode(found.fromObject(value)).finish());
}
