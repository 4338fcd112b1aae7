import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { ask, HEALTHY, HOLE, IDLE, rows } from '../../test/statistics/scenes.ts';
import {
  ALONE,
  BAD,
  bothWays,
  FLAW,
  INCIDENT,
  RARE,
  SILENT,
  STABLE_ONLY,
} from '../../test/support/live-look.ts';
import { HOUR } from './units.ts';

describe('a replay of what was answered live', () => {
  // A quarter of an hour a bucket: a look-back of a day is 96 of them.
  test('equals collecting and deciding at every look: a canary that runs longer than is looked back', async () => {
    const given = [...rows(70, HEALTHY), ...rows(60, BAD), ...rows(90, HEALTHY)];
    const { replay, live } = await bothWays(given);
    expect(replay).toHaveLength(given.length);
    expect(replay).toEqual(live);
  });

  test('equals collecting and deciding at every look, whatever comes', { timeout: 120_000 }, async () => {
    const kinds = [STABLE_ONLY, SILENT, HEALTHY, HEALTHY, BAD, RARE, ALONE, FLAW, INCIDENT, HOLE, IDLE];
    const stretch = fc.tuple(fc.constantFrom(...kinds), fc.nat(40));
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (parts, gate) => {
          const { replay, live } = await bothWays(
            parts.flatMap(([row, size]) => rows(size + 1, row)),
            ask({ mode: gate ? 'gate' : 'watch' }, { warmup: gate ? HOUR : 0 }),
          );
          expect(replay).toEqual(live);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});
