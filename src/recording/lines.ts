import { readBytes, type ReadOptions } from './bytes.ts';

/** One line of a file, without its line break. */
export interface Line {
  /** Empty where the line was over-long: half a line is no line. */
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** Set where the line was longer than the bound: its length in bytes. */
  readonly overlong?: number;
}

export interface LineOptions extends ReadOptions {
  /** Longest line that is kept, in bytes. */
  readonly maxLineBytes?: number;
}

/** The largest entry that Cloud Logging takes; no access log needs more. */
const MAX_LINE_BYTES = 256 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Cuts bytes into lines, however they are chunked. Holds at most one line of the bounded length, so that
 * a gigabyte without a line break costs no memory. LF and CRLF end a line; a byte order mark is dropped.
 */
export class LineSplitter {
  readonly #max: number;
  #number = 0;
  /** Bytes of the line that is not yet ended; `#kept` is dropped once they are too many. */
  #length = 0;
  #kept: Buffer[] = [];

  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#max = maxLineBytes;
  }

  /** The lines that this chunk ends. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      lines.push(this.#length === 0 ? this.#whole(chunk, start, end) : this.#rest(chunk, start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, where the file does not end with a line break. */
  end(): Line | null {
    return this.#length === 0 ? null : this.#rest(Buffer.alloc(0), 0, 0);
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#max) this.#kept = [];
    else this.#kept.push(part);
  }

  #whole(bytes: Buffer, start: number, end: number): Line {
    this.#number += 1;
    const length = end - start;
    if (length > this.#max) return { text: '', number: this.#number, overlong: length };
    const textEnd = length > 0 && bytes[end - 1] === CR ? end - 1 : end;
    const text = bytes.toString('utf8', start, textEnd);
    const marked = this.#number === 1 && text.charCodeAt(0) === BYTE_ORDER_MARK;
    return { text: marked ? text.slice(1) : text, number: this.#number };
  }

  #rest(chunk: Buffer, start: number, end: number): Line {
    this.#keep(chunk.subarray(start, end));
    const length = this.#length;
    const bytes = Buffer.concat(this.#kept);
    this.#length = 0;
    this.#kept = [];
    if (length <= this.#max) return this.#whole(bytes, 0, length);
    this.#number += 1;
    return { text: '', number: this.#number, overlong: length };
  }
}

/**
 * The lines of a file (`-`: standard input; gzip unpacked), a chunk's worth at a time: a million single
 * awaits would take longer than the parsing. Throws `RecordingError`.
 */
export async function* readLineBatches(
  path: string,
  options: LineOptions = {},
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(options.maxLineBytes);
  for await (const chunk of readBytes(path, options)) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last !== null) yield [last];
}

/** The same line by line, for callers with little input. */
export async function* readLines(path: string, options: LineOptions = {}): AsyncGenerator<Line> {
  for await (const lines of readLineBatches(path, options)) yield* lines;
}
