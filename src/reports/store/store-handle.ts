import { SECOND, type DurationMs } from '../../core/units.ts';
import type { SqlHistory } from './sql-history.ts';

/** After a failure the store is left alone this long, so that readers of pages do not each wait for a connection. */
const REST: DurationMs = 5 * SECOND;

/** The store, opened when first asked for and again after a failure. */
export class StoreHandle {
  readonly #open: () => Promise<SqlHistory>;
  #store: Promise<SqlHistory> | null = null;
  #failed: { readonly at: number; readonly error: unknown } | null = null;
  #closed = false;

  constructor(open: () => Promise<SqlHistory>) {
    this.#open = open;
  }

  /** Rejects with what opening met. */
  async get(): Promise<SqlHistory> {
    if (this.#closed) throw new Error('the history is closed');
    if (this.#store !== null) return this.#store;
    const failed = this.#failed;
    if (failed !== null && performance.now() - failed.at < REST) throw failed.error;
    const opening = this.#open();
    this.#store = opening;
    try {
      const store = await opening;
      this.#failed = null;
      return store;
    } catch (error) {
      this.#failed = { at: performance.now(), error };
      this.#store = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }
}
