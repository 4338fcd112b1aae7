/**
 * The judge against what others do, on the same simulated and real releases: false fails, time to detection,
 * groups, gates, clustered errors and cost. Prints tables, writes bench/out/judge.json; everything is seeded.
 *
 *   node bench/judge.ts [--runs N] [--only SECTION]... [--quick] [--threads N]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { merge, type Outcomes } from './judge/outcomes.ts';
import { runJobs } from './judge/pool.ts';
import { jobsOf, type Job, type Scale, type Section } from './judge/section.ts';
import { SECTIONS, sectionNamed } from './judge/sections.ts';
import { isMet, render, type Table } from './judge/table.ts';

/** Enough that a true rate of 0.9% keeps its upper 95% limit below 1.2%. */
const RUNS = 8000;
const QUICK_RUNS = 200;
const OUT = new URL('out/', import.meta.url);

interface Options {
  readonly scale: Scale;
  readonly sections: readonly Section[];
  readonly threads: number;
}

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is "${text}"; it must be a whole number above 0`);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      threads: { type: 'string', default: '2' },
    },
  });
  const runs = values.runs ?? String(values.quick ? QUICK_RUNS : RUNS);
  return {
    scale: { runs: wholeNumber(runs, 'runs'), quick: values.quick },
    sections: values.only?.map(sectionNamed) ?? SECTIONS,
    threads: wholeNumber(values.threads, 'threads'),
  };
}

function reporter(total: number): (done: number, job: Job) => void {
  const begin = performance.now();
  return (done, { section, scenario }) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    process.stderr.write(`[${seconds}s] ${String(done)} of ${String(total)}: ${section} ${scenario}\n`);
  };
}

/** Outcomes by scenario. */
function gather(jobs: readonly Job[], results: readonly Outcomes[]): Map<string, Outcomes> {
  const parts = new Map<string, Outcomes[]>();
  for (const [index, { scenario }] of jobs.entries()) {
    const list = parts.get(scenario) ?? [];
    list.push(results[index] ?? {});
    parts.set(scenario, list);
  }
  return new Map([...parts].map(([scenario, list]) => [scenario, merge(list)]));
}

async function runSection(section: Section, { scale, threads }: Options): Promise<readonly Table[]> {
  const jobs = jobsOf(section, scale);
  const results = await runJobs(jobs, section.alone === true ? 1 : threads, reporter(jobs.length));
  const tables = await section.report(gather(jobs, results), scale);
  for (const table of tables) console.log(render(table));
  return tables;
}

const options = readOptions();
const begin = performance.now();
const report: { readonly section: string; readonly tables: readonly Table[] }[] = [];
for (const section of options.sections) {
  report.push({ section: section.name, tables: await runSection(section, options) });
}
const targets = report.flatMap(({ tables }) => tables.flatMap((table) => table.targets));
const seconds = (performance.now() - begin) / 1000;
console.log(
  `\n${String(targets.filter(isMet).length)} of ${String(targets.length)} targets met, ${String(options.scale.runs)} runs, ${seconds.toFixed(0)} s`,
);
mkdirSync(OUT, { recursive: true });
writeFileSync(
  new URL('judge.json', OUT),
  `${JSON.stringify({ node: process.version, ...options.scale, seconds, sections: report }, null, 1)}\n`,
);
