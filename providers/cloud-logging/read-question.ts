import type { ProviderError } from '../../src/core/errors.ts';
import { MINUTE, type DurationMs, type EpochMs } from '../../src/core/units.ts';
import { alignDown } from '../../src/core/window.ts';
import type { Extent } from './extent.ts';
import type { Findings } from './findings.ts';
import type { GivenUp } from './given-up.ts';
import type { KeptReads } from './kept-reads.ts';
import type { Look } from './look.ts';
import { countsTotal } from './passes.ts';
import type { LogRequest, Question } from './question.ts';
import { catchesUp, isBeyond, tooManyEntries, worthwhilePages } from './quota-fault.ts';
import { readSpan, type PageSource, type SpanRead } from './read-span.ts';
import type { CloudLoggingSettings } from './settings.ts';
import { Tally } from './tally.ts';

export interface QuestionRead {
  readonly question: Question;
  readonly tally: Tally;
  /** Buckets in [from, until) were read as a whole. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** A bucket that was read in part, so that its counts are the least there can be. */
  readonly atLeast: EpochMs | null;
  readonly queriesSent: readonly string[];
  readonly notes: readonly string[];
}

export interface QuestionAsk {
  readonly question: Question;
  readonly request: LogRequest;
  readonly extent: Extent;
  readonly look: Look;
  readonly findings: Findings;
  readonly source: PageSource;
  readonly settings: CloudLoggingSettings;
  readonly kept: KeptReads;
  readonly givenUp: GivenUp;
  /** Buckets that end by then are kept. */
  readonly settledBefore: EpochMs;
  readonly signal: AbortSignal;
}

/** Reads what one question needs. Throws `provider-quota` where that is more than may ever be read. */
export async function readQuestion(ask: QuestionAsk): Promise<QuestionRead> {
  const { question, request, extent } = ask;
  const { window } = request;
  ask.givenUp.check(question.key);
  const held = ask.kept.find(question.key, extent.from);
  const begin = Math.min(held?.resume?.at ?? held?.until ?? extent.from, window.end);
  const tally = held?.tally.copy(extent.from, window.end) ?? new Tally(window, question.pass.roles);
  const sent: string[] = [];
  const read =
    begin >= window.end
      ? null
      : await readOn(ask, { begin, known: held?.resume?.known ?? NONE }, tally, sent);
  const cut = cutOf(ask, begin, read);
  const until = cut?.until ?? window.end;
  keep(ask, tally, cut, read);
  if (cut?.fault !== undefined) {
    if (cut.isBeyond === true) ask.givenUp.note(question.key, cut.fault);
    throw cut.fault;
  }
  const from = read?.stop === null || read === null ? await readBefore(ask, tally, sent) : extent.from;
  return {
    question,
    tally,
    from,
    until,
    atLeast: cut?.atLeast ?? null,
    queriesSent:
      sent.length > 0
        ? sent
        : [describe(question, window.start, window.end, 'not sent, as all of it was read before')],
    notes: [
      ...question.notes(),
      ...(extent.note === null ? [] : [extent.note]),
      ...(cut === null ? [] : [cut.note]),
    ],
  };
}

const NONE: ReadonlySet<string> = new Set();

/** What is settled of this read, for the next look: its whole buckets, and how far the cut one was read. */
function keep(ask: QuestionAsk, tally: Tally, cut: Cut | null, read: SpanRead | null): void {
  const { question, request, extent, kept } = ask;
  const { bucketMs, end } = request.window;
  const settled = alignDown(ask.settledBefore, bucketMs);
  const until = Math.min(cut?.atLeast ?? cut?.until ?? end, settled);
  if (read !== null && read.calls === 0) return;
  // Without an entry at the edge it is not known what was counted beyond it.
  const isResumable =
    cut !== null &&
    cut.atLeast === null &&
    read !== null &&
    read.atEdge.size > 0 &&
    until + bucketMs <= settled;
  kept.keep(question.key, {
    from: extent.from,
    until,
    tally,
    resume: isResumable ? { at: read.edge, known: read.atEdge } : null,
  });
}

interface Begin {
  readonly begin: EpochMs;
  readonly known: ReadonlySet<string>;
}

async function readOn(
  ask: QuestionAsk,
  { begin, known }: Begin,
  tally: Tally,
  sent: string[],
): Promise<SpanRead> {
  const { question, request, look, findings, source, settings, signal } = ask;
  const { end } = request.window;
  sent.push(describe(question, begin, end));
  return readSpan(
    source,
    {
      request: requestOf(question, begin, end, 'oldest first', settings),
      from: begin,
      to: end,
      known,
      worthwhile: worthwhilePages(settings),
    },
    look,
    (entry, head) => {
      question.count(entry, head, tally, findings);
    },
    signal,
  );
}

/** What ends so near to the window's end is judged as if it were its end (law 3). */
const NEWEST: DurationMs = 5 * MINUTE;

interface Cut {
  readonly until: EpochMs;
  readonly atLeast: EpochMs | null;
  readonly note: string;
  /** Set where that is not enough to go on with; what was read is kept all the same. */
  readonly fault?: ProviderError;
  readonly isBeyond?: boolean;
}

/** Where counts end that were not read to the end; null: they were. */
function cutOf(ask: QuestionAsk, begin: EpochMs, read: SpanRead | null): Cut | null {
  if (read === null || read.stop === null) return null;
  const { question, request, settings } = ask;
  const { bucketMs, end } = request.window;
  const until = alignDown(read.edge, bucketMs);
  const shortfall = { from: begin, to: end, read };
  // Bad events alone are worth something in part too: so many there are at least. A total never is.
  const isPartOfUse =
    !countsTotal(question.pass) &&
    request.queries.total === undefined &&
    request.groupBy === undefined &&
    end - until <= NEWEST;
  const note = `log entries were read to ${new Date(read.edge).toISOString()} only: the ${STOPS[read.stop]} is spent, the next look goes on from there`;
  if (isPartOfUse && read.entries > 0)
    return { until: Math.min(end, until + bucketMs), atLeast: until, note };
  const isOnTheWay = until > ask.extent.from && catchesUp(shortfall, settings);
  if (isOnTheWay) return { until, atLeast: null, note };
  const fault = tooManyEntries(question, shortfall, settings);
  return { until, atLeast: null, note, fault, isBeyond: isBeyond(shortfall, settings) };
}

const STOPS: Readonly<Record<NonNullable<SpanRead['stop']>, string>> = {
  'pages of a look': 'page budget of a look',
  'calls of an analysis': 'page budget of the analysis',
  time: 'time of a look',
  'quota of the project': "project's quota of entries.list",
  hopeless: 'page budget of the analysis',
};

/** Newest first, into the time where only stable has entries. The first bucket that was read as a whole. */
async function readBefore(ask: QuestionAsk, tally: Tally, sent: string[]): Promise<EpochMs> {
  const { question, request, extent, look, findings, source, settings, signal } = ask;
  const { before, from } = extent;
  if (before === null || before.from >= from) return from;
  sent.push(describe(question, before.from, from));
  const read = await readSpan(
    source,
    {
      request: requestOf(question, before.from, from, 'newest first', settings),
      from: before.from,
      to: from,
      maxPages: before.maxPages,
    },
    look,
    (entry, head) => {
      question.count(entry, head, tally, findings);
    },
    signal,
  );
  const { bucketMs } = request.window;
  return read.stop === null ? before.from : alignDown(read.edge, bucketMs) + bucketMs;
}

function requestOf(
  question: Question,
  from: EpochMs,
  to: EpochMs,
  order: 'oldest first' | 'newest first',
  { pageSize }: CloudLoggingSettings,
): Parameters<typeof readSpan>[1]['request'] {
  const { resourceNames, analysis } = question;
  return { resourceNames, filter: question.filter(from, to), order, pageSize, party: analysis };
}

function describe(question: Question, from: EpochMs, to: EpochMs, more = ''): string {
  const text = `${question.resourceNames.join(',')}: ${question.filter(from, to)}`;
  return more === '' ? text : `${text} (${more})`;
}
