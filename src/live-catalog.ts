import { createHash } from 'node:crypto';
import { ConfigError } from './config-error.ts';
import { loadSloFiles } from './config/load-slos.ts';
import { formatProblems, formatWarnings } from './config/problem.ts';
import { readSloFiles } from './config/slo-files.ts';
import type { AnyProviderDefinition } from './core/provider.ts';
import type { Slo } from './core/slo.ts';

export interface CatalogOptions {
  readonly folder: string;
  readonly definitions: readonly AnyProviderDefinition[];
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  /** Opens what new SLOs need, before they are used; rejects where that fails. */
  readonly prepare: (slos: readonly Slo[]) => Promise<void>;
}

/** How the last look at the files ended, for `/readyz` and metrics. */
export interface ReloadState {
  readonly ok: boolean;
  /** When the set in use was loaded, and when a different one was last seen; RFC 3339. */
  readonly loadedAt: string;
  readonly refusedAt?: string;
  /** What is wrong with the set that was refused, a line each. */
  readonly problems?: readonly string[];
}

/**
 * The SLOs in use. A changed set of files takes their place as a whole, and only if every file of it is right: a bad
 * one never replaces a good one, and no request sees half of each.
 */
export class LiveCatalog {
  readonly #options: CatalogOptions;
  #slos: readonly Slo[] = [];
  #seen = '';
  #state: ReloadState = { ok: false, loadedAt: '' };
  #reloading: Promise<void> | null = null;

  private constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** Throws `ConfigError`: without a good set there is nothing to start with. */
  static async open(options: CatalogOptions): Promise<LiveCatalog> {
    const catalog = new LiveCatalog(options);
    await catalog.#load(true);
    return catalog;
  }

  get slos(): readonly Slo[] {
    return this.#slos;
  }

  get state(): ReloadState {
    return this.#state;
  }

  /** Looks at the files again; calls during a look join it. Never rejects. */
  async reload(): Promise<void> {
    this.#reloading ??= this.#load(false).finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  async #load(isFirst: boolean): Promise<void> {
    const { folder, definitions, log, prepare } = this.#options;
    const read = await readSloFiles(folder);
    const seen = createHash('sha256').update(JSON.stringify(read)).digest('hex');
    if (seen === this.#seen) return;
    const loaded = loadSloFiles(folder, read, definitions);
    if (loaded.warnings.length > 0)
      log.warn({ warnings: formatWarnings(loaded.warnings).split('\n') }, 'SLO files load with warnings');
    let problems = loaded.ok ? null : formatProblems(loaded.problems);
    if (loaded.ok) problems = await prepare(loaded.slos).then(() => null, messageOf);
    if (problems !== null && isFirst) throw new ConfigError(problems);
    // What could not be opened may be there at the next look; a wrong file is wrong until it changes.
    if (problems === null || !loaded.ok) this.#seen = seen;
    if (problems === null && loaded.ok) this.#use(loaded.slos, isFirst);
    else this.#refuse((problems ?? '').split('\n'));
  }

  #use(slos: readonly Slo[], isFirst: boolean): void {
    this.#slos = slos;
    this.#state = { ok: true, loadedAt: new Date().toISOString() };
    if (!isFirst) this.#options.log.info({ slos: slos.length }, 'SLO files have changed and are in use');
  }

  #refuse(problems: readonly string[]): void {
    const { loadedAt } = this.#state;
    this.#state = {
      ok: false,
      loadedAt,
      refusedAt: new Date().toISOString(),
      problems,
    };
    this.#options.log.warn({ problems }, 'changed SLO files are refused; the last good set stays in use');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
