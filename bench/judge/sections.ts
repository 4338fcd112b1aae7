import type { Section } from './section.ts';
import { BURSTS } from './sections/bursts.ts';
import { COST } from './sections/cost.ts';
import { DETECTION } from './sections/detection.ts';
import { ELASTIC } from './sections/elastic.ts';
import { FALSE_FAIL } from './sections/false-fail.ts';
import { GATE } from './sections/gate.ts';
import { GROUPS_SECTION } from './sections/groups.ts';
import { MIXES } from './sections/mixes.ts';
import { PETSHOP } from './sections/petshop.ts';

/** All parts of the bench, in the order of the report. */
export const SECTIONS: readonly Section[] = [
  FALSE_FAIL,
  DETECTION,
  GROUPS_SECTION,
  GATE,
  PETSHOP,
  ELASTIC,
  BURSTS,
  MIXES,
  COST,
];

export function sectionNamed(name: string): Section {
  const found = SECTIONS.find((section) => section.name === name);
  if (found !== undefined) return found;
  const names = SECTIONS.map((section) => section.name).join(', ');
  throw new Error(`no section "${name}"; there are ${names}`);
}
