import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allOf } from '../../test/support/all-of.ts';
import { tempFile } from '../../test/support/temp-file.ts';
import { LineSplitter, readLineBatches, readLines, type Line } from './lines.ts';

function split(chunks: readonly Buffer[], maxLineBytes?: number): Line[] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  return [...lines, ...[splitter.end()].filter((line) => line !== null)];
}

const texts = (lines: readonly Line[]): string[] => lines.map((line) => line.text);

describe('lines', () => {
  test.each([
    ['an empty file has none', '', []],
    ['the last line break begins no line', 'a\nb\n', ['a', 'b']],
    ['the last line may lack its break', 'a\nb', ['a', 'b']],
    ['empty lines are lines', '\n\na\n', ['', '', 'a']],
    ['CRLF ends a line', 'a\r\nb\r\n\r\n', ['a', 'b', '']],
    ['a lone CR does not', 'a\rb\n', ['a\rb']],
    ['only one CR belongs to the line break', 'a\r\r\n', ['a\r']],
    ['a byte order mark at the start is dropped', '\uFEFFtime,cohort\n\uFEFFx', ['time,cohort', '\uFEFFx']],
    ['characters of several bytes stay whole', 'grün 🚦\nnaïve\n', ['grün 🚦', 'naïve']],
  ])('%s', (_, text, expected) => {
    expect(texts(split([Buffer.from(text)]))).toEqual(expected);
  });

  test('are numbered from 1', () => {
    expect(split([Buffer.from('a\n\nb')]).map((line) => line.number)).toEqual([1, 2, 3]);
  });

  test('longer than the bound have no text, but a number and their length', () => {
    expect(split([Buffer.from('ab\nabcdef\nabc\n')], 3)).toEqual([
      { text: 'ab', number: 1 },
      { text: '', number: 2, overlong: 6 },
      { text: 'abc', number: 3 },
    ]);
  });

  test('a hundred megabytes without a line break are one over-long line and hold no memory', () => {
    const splitter = new LineSplitter(1024);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 100; index += 1) splitter.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
    expect(splitter.end()).toEqual({ text: '', number: 1, overlong: 100 * 1024 * 1024 });
  });

  const content = fc
    .array(fc.constantFrom('a', 'bb', '\n', '\r', '\r\n', '\uFEFF', 'é', '🚦', '\0', '"', ','), {
      maxLength: 60,
    })
    .map((parts) => Buffer.from(parts.join('')));

  test('do not depend on how the bytes are chunked', () => {
    fc.assert(
      fc.property(
        content,
        fc.array(fc.nat(40), { maxLength: 10 }),
        fc.integer({ min: 1, max: 8 }),
        (bytes, cuts, max) => {
          const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          expect(split(chunks, max)).toEqual(split([bytes], max));
        },
      ),
      { seed: 2 },
    );
  });

  test('are as many as there are line breaks, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => {
        const bytes = Buffer.from(raw);
        const breaks = bytes.filter((byte) => byte === 0x0a).length;
        const open = bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0;
        expect(split([bytes])).toHaveLength(breaks + open);
      }),
      { seed: 3 },
    );
  });

  test('of a packed file are those of the plain one, at any size of reads', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 30 }), async (bytes, chunkBytes) => {
        const plain = await allOf(readLines(await tempFile(bytes), { chunkBytes }));
        const packed = await allOf(readLines(await tempFile(gzipSync(bytes)), { chunkBytes }));
        expect(packed).toEqual(plain);
        expect(plain).toEqual(split([bytes]));
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  test('come in batches of the same lines', async () => {
    const path = await tempFile('a\nb\nc\n');
    const batches = await allOf(readLineBatches(path, { chunkBytes: 4 }));
    expect(batches.length).toBeGreaterThan(1);
    expect(texts(batches.flat())).toEqual(['a', 'b', 'c']);
  });
});
