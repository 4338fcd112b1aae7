import { setImmediate as breathe } from 'node:timers/promises';
import { add, NO_EVENTS, type Bucket } from '../../core/counts.ts';
import type { Measurement } from '../../core/recorder.ts';
import { chunksOf, decodeChunk, encodeChunk } from './bucket-chunk.ts';
import type { CountedWindow } from './history-store.ts';
import { nameOf, pack, unpack, type Packer } from './packed.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

/** A text that many measurements share, named by its content. */
export interface Piece {
  readonly name: string;
  readonly body: Buffer;
}

export interface Encoded {
  /** Of one SLO's part in one analysis. */
  readonly part: string;
  /** Two measurements of the same time that say the same have the same digest. */
  readonly digest: string;
  readonly body: Buffer;
  readonly pieces: readonly Piece[];
  readonly counted: CountedWindow | null;
}

type Judged = NonNullable<Measurement['judged']>;

/** An observation, its buckets by the names of their chunks. */
interface Observed {
  readonly chunks: readonly string[];
  readonly circumstances: Omit<Judged['observation'], 'buckets'>;
}

interface Body {
  readonly version: 1;
  readonly reason: string;
  readonly judged?: {
    readonly question: string;
    readonly queries: string;
    readonly observation: Observed;
    readonly harshest?: Observed;
    readonly judgement: Judged['judgement'];
  };
}

export function partOf(analysis: string, slo: string): string {
  return nameOf(analysis, slo);
}

/** Chunks encoded before others get their turn: a window of a day with many groups takes tens of milliseconds. */
const TURN = 8;

/** Everything needed to judge again what was judged. Yields to other work in between. */
export async function encodeMeasurement(measurement: Measurement, packer: Packer): Promise<Encoded> {
  const { analysis, slo, at, verdict, code, reason, judged } = measurement;
  const pieces: Piece[] = [];
  const keep = (text: string): string => {
    const piece = packer.keep(text);
    pieces.push(piece);
    return piece.name;
  };
  const body: Body = {
    version: 1,
    reason,
    ...(judged === undefined ? {} : { judged: await encodeJudged(judged, keep) }),
  };
  const text = toTaggedJson(body);
  return {
    part: partOf(analysis, slo),
    digest: nameOf(String(at), verdict, code, text),
    body: pack(text),
    pieces,
    counted: judged === undefined ? null : countedOf(judged.observation),
  };
}

async function encodeJudged(
  { question, observation, harshest, judgement, queriesSent }: Judged,
  keep: (text: string) => string,
): Promise<NonNullable<Body['judged']>> {
  return {
    question: keep(toTaggedJson(question)),
    queries: keep(toTaggedJson(queriesSent)),
    observation: await encodeObserved(observation, keep),
    ...(harshest === undefined ? {} : { harshest: await encodeObserved(harshest, keep) }),
    judgement,
  };
}

async function encodeObserved(
  { buckets, ...circumstances }: Judged['observation'],
  keep: (text: string) => string,
): Promise<Observed> {
  const chunks: string[] = [];
  for (const [index, chunk] of chunksOf(buckets, circumstances.window.bucketMs).entries()) {
    if (index % TURN === TURN - 1) await breathe();
    chunks.push(keep(encodeChunk(chunk)));
  }
  return { chunks, circumstances };
}

export function countedOf({ window, buckets }: Judged['observation']): CountedWindow {
  const sum = (cohort: 'canary' | 'stable') =>
    buckets.reduce((events, bucket) => add(events, bucket[cohort] ?? NO_EVENTS), NO_EVENTS);
  return { start: window.start, end: window.end, canary: sum('canary'), stable: sum('stable') };
}

/** The body of a stored measurement. Throws where it is from a version that this one does not know. */
export function decodeBody(packed: Uint8Array): Body {
  const body = fromTaggedJson(unpack(packed)) as Body;
  // A newer Burngate may have written into the same database.
  if ((body as { version: unknown }).version === 1) return body;
  throw new Error(`measurement of version ${String(body.version)}, known is 1`);
}

/** Only the sentence, which lists of looks show: reading the tags of a whole body takes ten times as long. */
export function reasonOf(packed: Uint8Array): string {
  const { reason } = JSON.parse(unpack(packed)) as Pick<Body, 'reason'>;
  return reason;
}

/** Names of the pieces that a body refers to. */
export function piecesOf({ judged }: Body): string[] {
  if (judged === undefined) return [];
  const { question, queries, observation, harshest } = judged;
  return [...new Set([question, queries, ...observation.chunks, ...(harshest?.chunks ?? [])])];
}

/** What was encoded; `pieceOf` gives the packed pieces of the same part by name. */
export function decodeJudged(body: Body, pieceOf: (name: string) => Uint8Array): Judged | undefined {
  const { judged } = body;
  if (judged === undefined) return undefined;
  const read = (name: string): unknown => fromTaggedJson(unpack(pieceOf(name)));
  const observed = ({ chunks, circumstances }: Observed): Judged['observation'] => {
    const buckets: Bucket[] = chunks.flatMap((name) => decodeChunk(unpack(pieceOf(name))));
    return { ...circumstances, buckets };
  };
  return {
    question: read(judged.question) as Judged['question'],
    queriesSent: read(judged.queries) as Judged['queriesSent'],
    observation: observed(judged.observation),
    ...(judged.harshest === undefined ? {} : { harshest: observed(judged.harshest) }),
    judgement: judged.judgement,
  };
}
