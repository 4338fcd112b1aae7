import type { ProviderDeps } from '../../src/core/provider.ts';
import type { DurationMs } from '../../src/core/units.ts';
import { RateBudget } from '../_shared/rate-budget.ts';
import type { CloudLoggingSettings } from './settings.ts';

/** Pages of different analyses on their way at once. */
const CONCURRENCY = 8;

export interface Turn {
  /** The budgets that the call counts against. */
  readonly names: readonly string[];
  readonly release: () => void;
}

/** The quota of entries.list of each project (folder, organisation), shared by all analyses that read it. */
export class LogBudgets {
  readonly #settings: CloudLoggingSettings;
  readonly #deps: ProviderDeps;
  readonly #patience: DurationMs | undefined;
  /** As many as SLO files name projects. */
  readonly #budgets = new Map<string, RateBudget>();

  constructor(settings: CloudLoggingSettings, deps: ProviderDeps, patience?: DurationMs) {
    this.#settings = settings;
    this.#deps = deps;
    this.#patience = patience;
  }

  /** A turn in every budget that the call counts against. Throws `provider-quota` or the signal's reason. */
  async take(resourceNames: readonly string[], party: string, signal: AbortSignal): Promise<Turn> {
    const names = this.#namesOf(resourceNames);
    const releases: (() => void)[] = [];
    const release = (): void => {
      for (const each of releases) each();
    };
    try {
      // One after the other and in the order of their names: two calls never wait for each other.
      for (const name of names) releases.push(await this.#budget(name).take(signal, party));
      return { names, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Nobody calls for this long: the service said so. */
  backOff(names: readonly string[], span: DurationMs): void {
    for (const name of names) this.#budget(name).backOffUntil(this.#deps.now() + span);
  }

  #budget(name: string): RateBudget {
    const known = this.#budgets.get(name);
    if (known !== undefined) return known;
    const { callsPerMinute, reserve } = this.#settings;
    const budget = new RateBudget({
      name,
      callsPerMinute,
      reserve,
      concurrency: CONCURRENCY,
      now: this.#deps.now,
      ...(this.#patience !== undefined && { patience: this.#patience }),
      onLeft: (calls) => {
        this.#deps.meter.budgetLeft(name, calls);
      },
    });
    this.#budgets.set(name, budget);
    return budget;
  }

  #namesOf(resourceNames: readonly string[]): string[] {
    const { quotaProject } = this.#settings.google;
    if (quotaProject !== undefined) return [quotaProject];
    const parents = resourceNames.map((name) =>
      name.split('/').slice(0, 2).join('/').replace('projects/', ''),
    );
    return [...new Set(parents)].toSorted();
  }
}
