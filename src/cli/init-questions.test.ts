import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { UsageError } from './exit.ts';
import { askFor, type Question } from './init-questions.ts';

const QUESTIONS: readonly Question[] = [
  { key: 'service', text: 'Name' },
  { key: 'objective', text: 'Objective', fallback: '0.995' },
];

/** A terminal on which somebody types these lines. */
function terminal(lines: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.ReadStream & PassThrough;
  const output = new PassThrough() as unknown as NodeJS.WriteStream & PassThrough;
  input.write(lines);
  return { input, output };
}

describe('questions', () => {
  test('are asked one after the other; an empty answer is the fallback', async () => {
    const { input, output } = terminal('basket\n\n');
    expect(await askFor(QUESTIONS, input, output)).toEqual({ service: 'basket', objective: '0.995' });
    output.end();
    expect(await text(output)).toBe('Name: Objective [0.995]: ');
  });

  test('that nobody can answer are flags that are missing', async () => {
    const { input, output } = terminal('', false);
    await expect(askFor(QUESTIONS, input, output)).rejects.toThrow(UsageError);
    await expect(askFor(QUESTIONS, input, output)).rejects.toThrow('--service, --objective');
  });

  test('end with the input', async () => {
    const { input, output } = terminal('basket\n');
    input.end();
    await expect(askFor(QUESTIONS, input, output)).rejects.toThrow('no answer for --objective');
  });

  test('are none where flags have said everything', async () => {
    const { input, output } = terminal('');
    expect(await askFor([], input, output)).toEqual({});
  });
});
