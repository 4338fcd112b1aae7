/** Appends looks one after another and prints each once it is acknowledged; the test kills it in between. */
import { openStore } from '../../src/reports/store/open-store.ts';
import { measured } from '../support/measured.ts';

const [folder = '', from = '0'] = process.argv.slice(2);
const store = await openStore({ kind: 'sqlite', folder });
for (let number = Number(from); ; number += 1) {
  const analysis = String(number % 7).padStart(20, '0');
  const measurement = measured({ analysis, minutes: 1 + (number % 40), start: number * 3_600_000 });
  await store.append([{ measurement, service: 'shop', recordedAt: Date.now() }]);
  process.stdout.write(`${analysis} ${String(measurement.at)}\n`);
}
