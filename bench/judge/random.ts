import { seeded, type Random } from '../../src/core/stats/random.ts';

/** FNV-1a: a seed that can be named by what it is for. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The numbers of one run of one simulation: the same whichever thread asks, and whatever ran before. */
export function randomOf(name: string, run: number): Random {
  return seeded(hashText(name), run);
}

/** Uniform whole number in [0, size). */
export function below(random: Random, size: number): number {
  return Math.floor(random() * size);
}
