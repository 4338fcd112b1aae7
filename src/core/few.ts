import type { Events } from './counts.ts';

/** Few events, as most groups have in most buckets. */
const FEW = Array.from({ length: 128 }, (_, good) =>
  Array.from({ length: 8 }, (__, bad): Events => ({ good, bad })),
);

/** The same counts; where they are small, one object for all that are equal. */
export function few(events: Events): Events {
  return FEW[events.good]?.[events.bad] ?? events;
}
