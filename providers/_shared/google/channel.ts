/**
 * How connections of the SDK's clients behave. After an outage the next try comes within ten seconds and not two
 * minutes later, and a client opened anew has a connection of its own: one that hangs would hang for it too.
 */
export const CHANNEL_OPTIONS = {
  'grpc.max_reconnect_backoff_ms': 10_000,
  'grpc.use_local_subchannel_pool': 1,
} as const;
