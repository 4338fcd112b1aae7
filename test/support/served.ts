import { afterAll, beforeAll } from 'vitest';
import { startService, type Service, type ServiceOptions } from '../serve-process.ts';

/** Answers in flight may take ten seconds of it. */
const END_MS = 20_000;

/** Runs the service while the tests of the calling file or `describe` run. */
export function served(options: ServiceOptions): () => Service {
  let service: Service | undefined;
  beforeAll(async () => {
    service = await startService(options);
  });
  afterAll(async () => {
    await service?.stop();
  }, END_MS);
  return () => {
    if (service === undefined) throw new Error('the service runs while tests do, not before');
    return service;
  };
}
