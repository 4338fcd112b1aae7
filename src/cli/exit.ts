import type { Verdict } from '../core/codes.ts';

/** Exit codes (sysexits where one fits). Any other code, 1 above all, is no verdict. */
export const EXIT = { done: 0, fail: 3, inconclusive: 4, usage: 64, fault: 70, config: 78 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitFor(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'pass':
      return EXIT.done;
    case 'fail':
      return EXIT.fail;
    case 'inconclusive':
      return EXIT.inconclusive;
  }
}

/** Wrong flags or input: exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
