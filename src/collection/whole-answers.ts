import type { CountsRequest, Fetched } from '../core/provider.ts';
import type { Held } from './held.ts';
import type { Hours, KeptCounts } from './kept-counts.ts';

type Asked = Pick<CountsRequest<unknown>, 'window' | 'settlingLag'>;

interface Latest extends Asked, Pick<KeptCounts, 'settledUntil' | 'hasPods'> {
  readonly answer: Fetched;
}

/**
 * The latest answers that were made of held counts alone. Looks of several analyses at the same counts get the very same
 * answer, by which they know what was made of it before; it goes with the counts.
 */
export class WholeAnswers {
  readonly #latest = new WeakMap<Hours, Latest>();

  /** An answer to an equal request, made of the very same counts. */
  find(kept: KeptCounts | null, { window, settlingLag }: Asked): Fetched | null {
    const known = kept === null ? undefined : this.#latest.get(kept.hours);
    const isSame =
      known?.settlingLag === settlingLag &&
      known?.settledUntil === kept?.settledUntil &&
      known?.hasPods === kept?.hasPods &&
      known?.window.start === window.start &&
      known.window.end === window.end;
    return isSame ? known.answer : null;
  }

  /** @param held what the answer was made of; one for which something may have to be asked a moment later is not kept */
  keep(kept: KeptCounts | null, { window, settlingLag }: Asked, held: Held, answer: Fetched): void {
    if (kept === null || settlingLag === undefined || !held.isWhole) return;
    // To tell that counts are bounded an answer makes all of them: it would keep them for as long as it is kept.
    if (held.mayBeBounded) return;
    const { settledUntil, hasPods } = kept;
    this.#latest.set(kept.hours, { window, settlingLag, settledUntil, hasPods, answer });
  }
}
