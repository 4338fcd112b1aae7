import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Words of a stored measurement: most bodies are shorter than the JSON keys in them. Written data depends on it,
 * so it is never edited; a better one would be a second with its own mark.
 */
const WORDS = Buffer.from(
  '{"version":1,"reason":" canary burns x its error budget (% bad of ), stable 0.x ( no harm seen: not proven safe yet, about more clean events min at the current rate; window to UTC, data m old","mode":"watch","gate","verdict":"inconclusive","pass","fail","code":"too-few-events","no-harm","unproven","baking","harm-proven","question":"","queries":"","chunks":["","circumstances":{"window":{"start":17,"end":17,"bucketMs":60000},"dataAge":,"lag":120000,"canarySeen":true,"silentExpected":0,"earlierEnded":null,"ahead":false},"notes":[],"judgement":{"figures":{"canary":{"good":,"bad":},"stable":{"good":,"bad":},"burn":{"canary":0.,"stable":0.,"ratio":null},"recentBurn":{"canary":0,"stable":0},"coveredShare":null,"concentration":null,"evidence":{"logBurn":-0.,"logRelative":-0.,"logHarm":-0.,"logSafe":null,"threshold":4.605170185988091,"looks":1}},"harm":null,"obstacle":null,"safety":{"log":,"logSafe":,"logNotWorse":,"recentLog":,"worsening":false},"groups":[]}}',
);

export function pack(text: string): Buffer {
  return deflateRawSync(text, { dictionary: WORDS });
}

export function unpack(packed: Uint8Array): string {
  return inflateRawSync(packed, { dictionary: WORDS }).toString('utf8');
}

/** 96 bits of SHA-256: enough that two contents of one analysis never share a name. */
export function nameOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${String(part.length)}:`).update(part);
  return hash.digest('base64url').slice(0, 16);
}

/** Pieces remembered in packed form: the chunks of a few dozen releases under way. */
const MOST_PACKED = 2000;

/** A text by its name, packed once: every look of a release repeats the chunks of the look before. */
export class Packer {
  readonly #packed = new Map<string, Buffer>();

  keep(text: string): { readonly name: string; readonly body: Buffer } {
    const name = nameOf(text);
    const body = this.#packed.get(name) ?? pack(text);
    // Re-inserted, so that the order is that of use.
    this.#packed.delete(name);
    this.#packed.set(name, body);
    for (const oldest of this.#packed.keys()) {
      if (this.#packed.size <= MOST_PACKED) break;
      this.#packed.delete(oldest);
    }
    return { name, body };
  }
}
