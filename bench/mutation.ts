/**
 * Mutates src/core file by file with Stryker and prints how many mutants the tests find
 * (docs/decisions/0013-mutation-testing.md). Only one file at a time is instrumented: with all of them at once the
 * numeric tests take twenty times as long. A file's own tests come first; all tests then see what survived them. What
 * did not change since the last run is taken from it.
 *
 *   npm run mutation [-- src/core/verdict.ts ...] [--report]
 *
 * `--report` only prints the table of the last run. Exit code 1 below 85% in all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const LEAST = 85;
/** Where Stryker keeps every result; `incrementalFile` of stryker.config.json. */
const RESULTS = join(ROOT, 'reports/mutation/incremental.json');
const FOUND = new Set(['Killed', 'Timeout']);
const MISSED = new Set(['Survived', 'NoCoverage']);

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

interface Score {
  readonly found: number;
  readonly missed: number;
}

function sources(): string[] {
  return globSync('src/core/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted();
}

/** `verdict.test.ts` and `verdict.pass.test.ts` are the own tests of `verdict.ts`. */
function ownTests(file: string): string[] {
  return globSync(file.replace(/\.ts$/, '{,.*}.test.ts'), { cwd: ROOT });
}

function stryker(file: string, tests?: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
      'run',
      '--mutate',
      file,
      '--logLevel',
      'warn',
    ],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, ...(tests === undefined ? {} : { MUTATION_TESTS: tests.join(',') }) },
    },
  );
  if (status !== 0) throw new Error(`stryker failed on ${file}:\n${stdout}\n${stderr}`);
}

function mutate(file: string, isNew: boolean): void {
  const own = ownTests(file);
  if (isNew && own.length > 0) stryker(file, own);
  stryker(file);
}

function scores(): Map<string, Score> {
  if (!existsSync(RESULTS)) return new Map();
  const { files } = JSON.parse(readFileSync(RESULTS, 'utf8')) as Report;
  const known = new Set(sources());
  const count = (mutants: readonly { readonly status: string }[], kinds: ReadonlySet<string>): number =>
    mutants.filter(({ status }) => kinds.has(status)).length;
  return new Map(
    Object.entries(files)
      .filter(([file]) => known.has(file))
      .map(([file, { mutants }]) => [file, { found: count(mutants, FOUND), missed: count(mutants, MISSED) }]),
  );
}

function percentOf({ found, missed }: Score): number {
  return (100 * found) / (found + missed);
}

function line(name: string, score: Score): string {
  const all = score.found + score.missed;
  const percent = percentOf(score).toFixed(1).padStart(6);
  return `${percent}%  ${String(score.found).padStart(5)} of ${String(all).padStart(4)}  ${name}`;
}

const args = process.argv.slice(2);
const asked = args.filter((arg) => !arg.startsWith('--'));
const started = performance.now();
if (!args.includes('--report')) {
  for (const file of asked.length > 0 ? asked : sources()) {
    mutate(file, !scores().has(file));
    const score = scores().get(file);
    if (score !== undefined && score.found + score.missed > 0) console.log(line(file, score));
  }
}
const all = [...scores()].filter(([, { found, missed }]) => found + missed > 0);
if (args.includes('--report')) for (const [file, score] of all) console.log(line(file, score));
const sum = all.reduce(
  (total, [, { found, missed }]) => ({ found: total.found + found, missed: total.missed + missed }),
  { found: 0, missed: 0 },
);
console.log(`${line('in all', sum)}  (${String(Math.round((performance.now() - started) / 60_000))} min)`);
if (!(percentOf(sum) >= LEAST)) process.exitCode = 1;
