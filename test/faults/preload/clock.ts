/**
 * For `node --import`: the wall clock of a process is what a file says, in milliseconds beside the true one; read at the
 * start and at each SIGUSR2. Timers and `performance` go on, as they do when an operator or NTP sets a clock.
 */
import { readFileSync } from 'node:fs';

const file = process.env['TEST_CLOCK_FILE'] ?? '';
const True = Date;
const read = (): number => Number(readFileSync(file, 'utf8'));
let offset = read();

class Shifted extends True {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(True.now() + offset);
    else super(...(given as [number]));
  }

  static override now(): number {
    return True.now() + offset;
  }
}

globalThis.Date = Shifted as DateConstructor;
process.on('SIGUSR2', () => {
  offset = read();
  process.stderr.write(`${JSON.stringify({ level: 30, msg: 'test clock', offset })}\n`);
});
