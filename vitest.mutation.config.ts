import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that cost more than a tenth of a second, dearest last: most mutants die before them. */
const COSTLY = [
  'pod-counts',
  'explain',
  'bounds',
  'assemble',
  'stats/random',
  'stats/start-mixture',
  'stats/binomial',
  'verdict.input',
  'live-replay',
  'plan.busy',
].map((name) => `src/core/${name}.test.ts`);

/** Vitest itself would begin with the files that took longest. */
class CheapFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const cost = ({ moduleId }: TestSpecification): number =>
      COSTLY.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => cost(a) - cost(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests that Stryker runs against mutants of src/core (docs/decisions/0013-mutation-testing.md). */
export default defineConfig({
  test: {
    // bench/mutation.ts tries a file's own tests first.
    include: process.env['MUTATION_TESTS']?.split(',') ?? [
      'src/core/**/*.test.ts',
      'test/architecture/policy-docs.test.ts',
    ],
    // Simulations and laws over many releases: what they see of a mutant costs minutes a mutant.
    exclude: ['src/core/plan{,-warnings}.test.ts', 'src/core/**/*.laws.test.ts'],
    setupFiles: ['test/setup.ts', 'test/mutation/setup.ts'],
    testTimeout: 30_000,
    isolate: false,
    sequence: { sequencer: CheapFirst },
  },
});
