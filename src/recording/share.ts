const GOLDEN = 0x9e37_79b1;
const TWO_32 = 0x1_0000_0000;

/** The finaliser of MurmurHash3 (Appleby, public domain): every input bit changes half of the output bits. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Whether a line belongs to a random share of all lines, for A/A tests. Depends on line number and seed
 * alone, so the same file always splits alike, however it is read; other seeds split independently.
 *
 * @param line 1-based line number
 * @param seed any whole number
 * @param share in [0, 1]
 */
export function inShare(line: number, seed: number, share: number): boolean {
  const high = Math.floor(line / TWO_32);
  const key = mix(mix(seed) ^ Math.imul(Math.floor(seed / TWO_32) + high, GOLDEN));
  return mix(mix(line) ^ key) >>> 0 < share * TWO_32;
}
