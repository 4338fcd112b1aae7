import type * as FastCheck from 'fast-check';
import { vi } from 'vitest';

/** Runs of a property while mutants are tested: enough to find what most of them break, at a cost for each of them. */
const MOST_RUNS = 20;

vi.mock('fast-check', async (original) => {
  const real = await original<typeof FastCheck>();
  const assert: typeof real.assert = ((property: never, parameters?: { numRuns?: number }) =>
    real.assert(property, {
      seed: 1,
      ...parameters,
      numRuns: Math.min(parameters?.numRuns ?? MOST_RUNS, MOST_RUNS),
    })) as never;
  return { ...real, assert, default: { ...real.default, assert } };
});
