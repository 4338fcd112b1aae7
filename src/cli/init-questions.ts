import { createInterface } from 'node:readline';
import { UsageError } from './exit.ts';

/** Something that no flag has said. */
export interface Question {
  readonly key: 'service' | 'platform' | 'objective';
  readonly text: string;
  /** What an empty answer means; absent: an empty answer is none. */
  readonly fallback?: string;
}

/** Asks on a terminal; anywhere else the missing flags are named. */
export async function askFor(
  questions: readonly Question[],
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<Partial<Record<Question['key'], string>>> {
  if (questions.length === 0) return {};
  if (!input.isTTY) {
    throw new UsageError(`missing ${questions.map(({ key }) => `--${key}`).join(', ')} (see --help)`);
  }
  const lines = createInterface({ input });
  // Lines that come early, as from a paste, wait in the iterator for their question.
  const typed = lines[Symbol.asyncIterator]();
  const answers: Partial<Record<Question['key'], string>> = {};
  try {
    for (const { key, text, fallback } of questions) {
      output.write(`${text}${fallback === undefined ? '' : ` [${fallback}]`}: `);
      const line = await typed.next();
      if (line.done === true) throw new UsageError(`no answer for --${key}`);
      const answer = line.value.trim();
      answers[key] = answer === '' ? (fallback ?? '') : answer;
    }
  } finally {
    lines.close();
  }
  return answers;
}
