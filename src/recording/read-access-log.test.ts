import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tempFile } from '../../test/support/temp-file.ts';
import { dirtyTotal } from './dirty-lines.ts';
import type { LineOptions } from './lines.ts';
import type { LogRules } from './log-rules.ts';
import { readAccessLog } from './read-access-log.ts';

const RULES: LogRules = {
  layout: { kind: 'combined' },
  bad: { status: [[500, 599]] },
  exclude: [[404, 404]],
  cohort: { kind: 'share', share: 0.3, seed: 7 },
  group: { kind: 'endpoint', method: 'method', path: 'path' },
};

const at = (minute: number, status = '200'): string =>
  `::1 - - [14/Nov/2023:22:${String(minute)}:20 +0000] "GET /a HTTP/1.1" ${status} 5 "-" "curl"`;

async function read(content: string | Buffer, options: LineOptions = {}) {
  const events: unknown[] = [];
  const summary = await readAccessLog(
    await tempFile(content),
    RULES,
    options,
    (event) => void events.push(event),
  );
  return { summary, events };
}

describe('an access log', () => {
  test('is read to the end whatever its lines are, and every line is accounted for', async () => {
    const lines = [
      at(20),
      'x',
      at(13),
      '',
      at(15, '404'),
      at(14, '500'),
      at(16, '000'),
      'y'.repeat(500),
      'z',
    ];
    const { summary, events } = await read(lines.join('\n'), { maxLineBytes: 200 });
    expect(summary).toEqual({
      lines: 9,
      events: 3,
      excluded: 1,
      blank: 1,
      dirty: new Map([
        ['unreadable', { count: 2, first: [2, 9] }],
        ['no-status', { count: 1, first: [7] }],
        ['overlong', { count: 1, first: [8] }],
      ]),
      lastTime: Date.UTC(2023, 10, 14, 22, 20, 20),
    });
    expect(events).toHaveLength(3);
  });

  test('may refuse events for a reason of the caller', async () => {
    const path = await tempFile(`${at(13)}\n${at(14)}\n`);
    const summary = await readAccessLog(path, RULES, {}, () => 'too-many-cohorts');
    expect(summary).toMatchObject({
      events: 0,
      lastTime: null,
      dirty: new Map([['too-many-cohorts', { count: 2, first: [1, 2] }]]),
    });
  });

  test('of binary garbage is all dirty', async () => {
    const garbage = Buffer.from(
      Array.from({ length: 300_000 }, (_, index) => (index * 7919 + (index >> 8)) % 256),
    );
    const { summary } = await read(garbage);
    expect(dirtyTotal(summary.dirty) + summary.blank).toBe(summary.lines);
    expect(summary.events).toBe(0);
  });

  test('is the same plain or packed and at any size of reads, and clean + dirty lines = lines', async () => {
    const line = fc.oneof(
      fc.constantFrom('', 'garbage', '\r', 'é'.repeat(70)),
      fc
        .tuple(fc.integer({ min: 10, max: 59 }), fc.constantFrom('200', '500', '404', '000'))
        .map(([minute, status]) => at(minute, status)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.integer({ min: 1, max: 200 }),
        async (lines, chunkBytes) => {
          const content = lines.map((each) => `${each}\n`).join('');
          const whole = await read(content, { maxLineBytes: 120 });
          expect(await read(gzipSync(content), { maxLineBytes: 120, chunkBytes })).toEqual(whole);
          const { summary } = whole;
          expect(summary.lines).toBe(lines.length);
          expect(summary.events + summary.excluded + summary.blank + dirtyTotal(summary.dirty)).toBe(
            lines.length,
          );
        },
      ),
      { seed: 15, numRuns: 40 },
    );
  });
});
