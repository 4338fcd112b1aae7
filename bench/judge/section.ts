import type { Outcomes } from './outcomes.ts';
import type { Table } from './table.ts';

/** How much is simulated. */
export interface Scale {
  /** Runs of a usual simulation; sections take their share of it. */
  readonly runs: number;
  readonly quick: boolean;
}

/** Some runs of one scenario: what a worker is sent. */
export interface Job {
  readonly section: string;
  readonly scenario: string;
  readonly from: number;
  readonly to: number;
}

/** One part of the bench. */
export interface Section {
  readonly name: string;
  /** Scenarios with their number of runs, and how many of them make a job. */
  plan(scale: Scale): readonly { readonly scenario: string; readonly runs: number; readonly chunk: number }[];
  work(job: Job): Promise<Outcomes>;
  /** Tables from the outcomes of all jobs, by scenario. */
  report(results: ReadonlyMap<string, Outcomes>, scale: Scale): Promise<readonly Table[]>;
  /** True where time is measured: such jobs have the machine to themselves. */
  readonly alone?: true;
}

/** The scenarios of a section cut into jobs. */
export function jobsOf(section: Section, scale: Scale): Job[] {
  return section.plan(scale).flatMap(({ scenario, runs, chunk }) => {
    const jobs: Job[] = [];
    for (let from = 0; from < runs; from += chunk) {
      jobs.push({ section: section.name, scenario, from, to: Math.min(runs, from + chunk) });
    }
    return jobs;
  });
}

/** Outcomes of a scenario, or of none. */
export function outcomesOf(results: ReadonlyMap<string, Outcomes>, scenario: string): Outcomes {
  return results.get(scenario) ?? {};
}
