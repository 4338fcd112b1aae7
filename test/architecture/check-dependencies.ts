/**
 * Runs dependency-cruiser over everything and fails on a violation, or when it saw suspiciously few modules:
 * with the wrong TypeScript beside it, it cruises none and calls that a success.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const ROOTS = ['src', 'providers', 'argo', 'demo', 'test', 'bench', 'examples'];
const here = globSync(`{${ROOTS.join(',')}}/**/*.ts`).length;

const { stdout, stderr } = spawnSync(
  'depcruise',
  [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    ...ROOTS.filter((root) => globSync(`${root}/**/*.ts`).length > 0),
  ],
  { encoding: 'utf8', maxBuffer: 1 << 28 },
);

interface Cruised {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

if (stdout === '') {
  process.stderr.write(`dependency-cruiser said nothing: ${stderr}\n`);
  process.exit(1);
}
const { summary } = JSON.parse(stdout) as Cruised;
for (const { rule, from, to } of summary.violations) process.stderr.write(`${rule.name}: ${from} -> ${to}\n`);
if (summary.totalCruised < here) {
  process.stderr.write(
    `dependency-cruiser saw ${String(summary.totalCruised)} modules, there are at least ${String(here)}\n`,
  );
  process.exit(1);
}
process.exit(summary.violations.length > 0 ? 1 : 0);
