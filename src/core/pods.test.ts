import { describe, expect, test } from 'vitest';
import type { Events } from './counts.ts';
import { PodLedger } from './pods.ts';
import { HarmProof } from './proof.ts';

const TERMS = { p0: 0.005, margin: 1.5, cap: -Math.log(0.01) };
const events = (bad: number, all: number): Events => ({ good: all - bad, bad });

describe('known pods', () => {
  test('a burst on one pod adds at most half of the cap in its bucket', () => {
    const proof = new HarmProof(TERMS);
    proof.absorb(
      events(50, 300),
      events(5, 2700),
      undefined,
      new Map([
        ['a', events(50, 150)],
        ['b', events(0, 150)],
      ]),
    );
    expect(proof.evidence.logBurn).toBeLessThanOrEqual(TERMS.cap / 2);
    expect(proof.evidence.logRelative).toBeLessThanOrEqual(TERMS.cap / 2);
    expect(proof.evidence.logHarm).toBeGreaterThan(0);
  });

  test('the same errors spread over both pods count in full', () => {
    const [one, spread] = [new HarmProof(TERMS), new HarmProof(TERMS)];
    one.absorb(
      events(50, 300),
      events(5, 2700),
      undefined,
      new Map([
        ['a', events(50, 150)],
        ['b', events(0, 150)],
      ]),
    );
    spread.absorb(
      events(50, 300),
      events(5, 2700),
      undefined,
      new Map([
        ['a', events(25, 150)],
        ['b', events(25, 150)],
      ]),
    );
    expect(spread.evidence.logHarm).toBeGreaterThan(one.evidence.logHarm + 1);
  });

  test('without a burst, pods change nothing', () => {
    const [whole, split] = [new HarmProof(TERMS), new HarmProof(TERMS)];
    for (let bucket = 0; bucket < 30; bucket += 1) {
      whole.absorb(events(2, 300), events(14, 2700));
      split.absorb(
        events(2, 300),
        events(14, 2700),
        undefined,
        new Map([
          ['a', events(1, 150)],
          ['b', events(1, 150)],
        ]),
      );
    }
    expect(split.evidence.logBurn).toBeCloseTo(whole.evidence.logBurn, 9);
    expect(split.evidence.logRelative).toBeCloseTo(whole.evidence.logRelative, 9);
  });
});

describe('concentration', () => {
  test.each([
    {
      name: 'one pod of eight with nearly all bad events',
      bad: [97, 1, 1, 1, 0, 0, 0, 0],
      expected: { pod: 'pod-0', pods: 8, share: 0.97 },
    },
    { name: 'bad events everywhere', bad: [12, 13, 12, 13, 12, 13, 12, 13], expected: null },
    { name: 'too few bad events to say anything', bad: [9, 0, 0, 0, 0, 0, 0, 0], expected: null },
    { name: 'a single pod, which is the whole canary', bad: [97], expected: null },
    {
      name: 'ten bad events on one pod with half of the traffic',
      bad: [0, 10],
      expected: { pod: 'pod-1', pods: 2, share: 1 },
    },
    { name: 'four fifths of them on one', bad: [8, 1, 1], expected: { pod: 'pod-0', pods: 3, share: 0.8 } },
    { name: 'less than four fifths of them on one', bad: [79, 20, 1], expected: null },
  ])('$name', ({ bad, expected }) => {
    const ledger = new PodLedger();
    ledger.absorb(new Map(bad.map((count, pod) => [`pod-${String(pod)}`, events(count, 1000)])));
    expect(ledger.concentration).toEqual(expected);
  });

  test('is none where the pod has most of the traffic too', () => {
    const ledger = new PodLedger();
    ledger.absorb(
      new Map([
        ['a', events(20, 1001)],
        ['b', events(0, 1000)],
      ]),
    );
    expect(ledger.concentration).toBeNull();
  });

  test('sums up over buckets, with pods or without', () => {
    const ledger = new PodLedger();
    expect(ledger.concentration).toBeNull();
    ledger.absorb(new Map([['a', events(6, 100)]]));
    ledger.absorb(undefined);
    ledger.absorb(
      new Map([
        ['a', events(6, 100)],
        ['b', events(3, 200)],
      ]),
    );
    expect(ledger.concentration).toEqual({ pod: 'a', pods: 2, share: 0.8 });
  });

  test('tells 500 pods apart, whatever comes later', () => {
    const ledger = new PodLedger();
    const all = (bad: (pod: number) => number, count: number) =>
      new Map(Array.from({ length: count }, (_, pod) => [`pod-${String(pod)}`, events(bad(pod), 1000)]));
    ledger.absorb(all(() => 0, 501));
    ledger.absorb(new Map([['pod-500', events(100, 1000)]]));
    expect(ledger.concentration).toBeNull();
    ledger.absorb(new Map([['pod-499', events(100, 1000)]]));
    expect(ledger.concentration).toEqual({ pod: 'pod-499', pods: 500, share: 1 });
  });
});
