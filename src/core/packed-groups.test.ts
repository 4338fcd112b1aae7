import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pair } from './counts.ts';
import { GroupNames, PackedGroups } from './packed-groups.ts';

const count = fc.oneof(
  fc.nat(200),
  fc.constantFrom(0xfffe, 0xffff, 0x1_0000, 0xffff_fffe, 0xffff_ffff, 2 ** 32, 2 ** 53, 0.25, 1e300),
);
const events = fc.option(fc.record({ good: count, bad: count }));
const groups = fc
  .uniqueArray(fc.tuple(fc.string(), fc.record({ canary: events, stable: events })), {
    selector: ([name]) => name,
    maxLength: 12,
  })
  .map((entries) => new Map<string, Pair>(entries));

describe('packed groups', () => {
  test('are read as the map that they were made of, in its order', () => {
    fc.assert(
      fc.property(fc.array(groups, { maxLength: 4 }), (maps) => {
        const names = new GroupNames();
        const packed = maps.map((map) => new PackedGroups(map, names));
        for (const [index, map] of maps.entries()) {
          const own = packed[index] ?? new PackedGroups(new Map(), names);
          expect([...own]).toEqual([...map]);
          expect([...own.keys()]).toEqual([...map.keys()]);
          expect([...own.values()]).toEqual([...map.values()]);
          expect(own.size).toBe(map.size);
          const seen: unknown[] = [];
          own.forEach((pair, name, whole) => seen.push([name, pair, whole === own]));
          expect(seen).toEqual([...map].map(([name, pair]) => [name, pair, true]));
          for (const name of [...maps.flatMap((each) => [...each.keys()]), 'of no bucket']) {
            expect(own.get(name)).toEqual(map.get(name));
            expect(own.has(name)).toBe(map.has(name));
          }
        }
      }),
    );
  });

  test.each([
    ['small whole numbers', 9, 10],
    ['large ones', 70_000, 20],
    ['others', 0.5, 40],
  ])('take as few bytes as hold them: %s', (_, good, bytes) => {
    const pair = { canary: { good, bad: 0 }, stable: null };
    const of = (size: number): number =>
      new PackedGroups(
        new Map(Array.from({ length: size }, (__, index) => [String(index), pair])),
        new GroupNames(),
      ).bytes;
    expect(of(101) - of(1)).toBe(100 * bytes);
  });
});
