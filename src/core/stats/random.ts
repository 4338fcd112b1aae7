/** A source of numbers in [0, 1). Core has none of its own: who wants randomness hands a seeded one in. */
export type Random = () => number;

const GOLDEN = 0x9e37_79b9;
const TWO_32 = 0x1_0000_0000;
/** Rounds after which every bit of the seed has reached every bit of the state. */
const WARM_UP = 12;

/**
 * A seeded source with 53 random bits a number: sfc32 (C. Doty-Humphrey, PractRand, public domain), the same
 * on every machine. Streams of one seed are independent of each other, so that a run can be repeated alone.
 *
 * @param seed any whole number; @param stream number of the run, from 0
 */
export function seeded(seed: number, stream = 0): Random {
  const words = [low(seed), high(seed), low(stream), high(stream)];
  let a = mix(words[0] ?? 0) ^ GOLDEN;
  let b = mix(a ^ (words[2] ?? 0));
  let c = mix(b ^ (words[1] ?? 0) ^ mix((words[3] ?? 0) + GOLDEN));
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP; round += 1) next();
  return () => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 2 ** 53;
}

function low(value: number): number {
  return value | 0;
}

function high(value: number): number {
  return Math.floor(value / TWO_32) | 0;
}

/** The finaliser of MurmurHash3 (A. Appleby, public domain): near seeds give states far apart. */
function mix(value: number): number {
  let hash = (value + GOLDEN) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
